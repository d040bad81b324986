/** Restoring: all or nothing, never over what is there, and feeds that fit afterwards. */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { Client } from "pg";
import { MANIFEST, SUMS, sumsOf } from "../../../operations/backup/manifest.ts";
import { swap } from "../../../operations/backup/swap.ts";
import { findTargets } from "../../../operations/backup/targets.ts";
import { DOMAINS } from "../../../services/registry.ts";
import { asked, server } from "./databases.ts";
import { type System, system } from "./system.ts";

let one: System;

const SERVICES = [...DOMAINS].sort();
/** Something that only orders know, with events told so far. */
async function told(service: string, head: number): Promise<void> {
  await one.sql(
    service,
    `insert into event (id, position, name, data) select gen_random_uuid(), n, 'x', '{}'
       from generate_series(1 + (select position from feed_head), ${head}) n;
     update feed_head set position = ${head}`,
  );
}
const received = (consumer: string, producer: string, position: number) =>
  one.sql(
    consumer,
    `insert into feed_cursor (producer, position) values ('${producer}', ${position})
     on conflict (producer) do update set position = excluded.position`,
  );
const cursor = async (consumer: string, producer: string) => {
  const [found] = await one.sql<{ at: number }>(
    consumer,
    `select position::int as at from feed_cursor where producer = '${producer}'`,
  );
  return found?.at;
};
const head = async (service: string) => {
  const [found] = await one.sql<{ at: number }>(
    service,
    "select position::int as at from feed_head",
  );
  return found?.at;
};

/** Changes the manifest as a hand would that also knows of the hashes. Answers how to undo it. */
async function forge(folder: string, change: (manifest: Forged) => void) {
  const file = path.join(folder, MANIFEST);
  const sums = path.join(folder, SUMS);
  const [good, goodSums] = [await readFile(file, "utf8"), await readFile(sums, "utf8")];
  const manifest = JSON.parse(good) as Forged;
  change(manifest);
  const text = JSON.stringify(manifest);
  await writeFile(file, text);
  await writeFile(sums, sumsOf(text, manifest.archive));
  return async () => {
    await writeFile(file, good);
    await writeFile(sums, goodSums);
  };
}
interface Forged {
  archive: { bytes: number; sha256: string };
  format: number;
  databases: { service: string; rows: Record<string, number>; migrations: string[] }[];
}

describe("refused, and nothing changes:", () => {
  let folder: string;
  beforeAll(async () => {
    one = await system();
    await told("orders", 3);
    folder = await one.backup();
    await told("orders", 9);
  }, 60_000);
  afterEach(async () => {
    expect([await head("orders"), ...(await one.there())]).toEqual([9, ...SERVICES]);
  });
  afterAll(() => one.end(), 60_000);

  test("where somebody is at work, who is named", async () => {
    const node = new Client({
      connectionString: one.urlOf("payments"),
      application_name: "comptoir-payments",
    });
    await node.connect();
    await expect(one.restore(folder, { force: true })).rejects.toThrow(
      "Somebody is at work in payments: 1 × comptoir-payments. Stop all nodes first, then try again.",
    );
    await node.end();
  });

  test("over what is there", async () => {
    await expect(one.restore(folder)).rejects.toThrow(/There is data already: carts, .*--force/);
  });

  test("services that nobody knows", async () => {
    const only = ["orders", "sales"];
    await expect(one.restore(folder, { force: true, only })).rejects.toThrow(
      "The backup has nothing of sales.",
    );
  });

  test("what does not become again what it was", async () => {
    const good = await forge(folder, ({ databases }) => {
      const payments = databases.find(({ service }) => service === "payments");
      if (payments) payments.rows["public.entry"] = 1;
    });
    await expect(one.restore(folder, { force: true })).rejects.toThrow(
      "payments: public.entry has 0 rows, not the 1 it had.",
    );
    await good();
  }, 60_000);

  test("what a newer program has made", async () => {
    const migrated = await forge(folder, ({ databases }) => {
      databases[0]?.migrations.push("0099_later.sql");
    });
    await expect(one.restore(folder, { force: true })).rejects.toThrow(/had 0099_later\.sql: this/);
    await migrated();
    const later = await forge(folder, (manifest) => {
      manifest.format = 99;
    });
    await expect(one.restore(folder, { force: true })).rejects.toThrow(/newer than this program/);
    await later();
  });

  test("what is no backup, or is damaged", async () => {
    await expect(one.restore(one.dir)).rejects.toThrow(/There is no backup in .*manifest\.json\./);
    const file = path.join(folder, MANIFEST);
    const good = await readFile(file, "utf8");
    await writeFile(file, good.slice(0, 100));
    await expect(one.restore(folder)).rejects.toThrow(/manifest\.json in .* is damaged/);
    await writeFile(file, good.replace('"pausedMs"', '"pausedms"'));
    await expect(one.restore(folder)).rejects.toThrow(/manifest\.json in .* is damaged/);
    await writeFile(file, good);
  });
});

describe("restored:", () => {
  beforeEach(async () => {
    one = await system();
  }, 60_000);
  afterEach(() => one.end(), 60_000);

  test("where everything was lost, everything is again, and settings too", async () => {
    await told("orders", 7);
    await received("carts", "orders", 5);
    const database = path.basename(one.urlOf("orders"));
    await asked(
      `${server()}/postgres`,
      `comment on database "${database}" is 'ours'; alter database "${database}" set work_mem = '7MB';
     alter database "${database}" set search_path = public, pg_temp`,
    );
    const folder = await one.backup();
    await received("carts", "orders", 6);
    for (const service of SERVICES) if (service !== "orders") await one.drop(service);
    // This one is there and empty, as nodes find it on a new machine.
    await one.sql("orders", "drop schema public cascade; create schema public");
    expect(await one.restore(folder)).toEqual([]);
    expect(await one.there()).toEqual(SERVICES);
    expect([await head("orders"), await cursor("carts", "orders")]).toEqual([7, 5]);
    const settings = await one.sql(
      "orders",
      "select current_setting('work_mem') as mem, current_setting('search_path') as path",
    );
    expect(settings).toEqual([{ mem: "7MB", path: "public, pg_temp" }]);
    await expect(one.sql("orders", "delete from event")).rejects.toThrow("event is append-only");
  }, 60_000);

  test("what is replaced is kept, until it is to be forgotten", async () => {
    await told("orders", 3);
    const folder = await one.backup();
    await told("orders", 9);
    const output = await one.restore(folder, { force: true });
    expect(await head("orders")).toBe(3);
    expect(output).toHaveLength(SERVICES.length);
    const retained = (await one.there()).filter((name) => name.startsWith("orders_before_"));
    expect(retained).toHaveLength(1);
    expect(await head(retained[0] ?? "")).toBe(9);
    expect(await one.forget()).toHaveLength(SERVICES.length);
    expect(await one.there()).toEqual(SERVICES);
  }, 60_000);

  test("when a part goes back, nobody takes its new events for old ones", async () => {
    await told("orders", 5);
    await received("pricing", "orders", 4);
    const folder = await one.backup();
    // The company goes on; what is told after the moment will never have been.
    await told("orders", 12);
    await received("pricing", "orders", 12);
    await received("carts", "orders", 5);
    await received("catalog", "orders", 2);
    await received("orders", "payments", 3);
    await told("payments", 3);
    await one.sql(
      "pricing",
      `insert into dead_letter (producer, position, event, error, tries)
     values ('orders', 4, '{}', 'x', 8), ('orders', 11, '{}', 'x', 8)`,
    );
    const output = await one.restore(folder, { force: true, only: ["orders"] });
    expect(output.join()).toMatch(/Only a part goes back: carts, catalog, .* stay as they are/);
    expect(await head("orders")).toBe(5);
    // Back to the head: positions from 6 on are given again, to other events.
    expect(await cursor("pricing", "orders")).toBe(5);
    expect(await cursor("carts", "orders")).toBe(5);
    expect(await cursor("catalog", "orders")).toBe(2);
    // Orders have forgotten what they have heard: it is told to them again.
    expect(await cursor("orders", "payments")).toBeUndefined();
    const dead = await one.sql("pricing", "select position::int as at from dead_letter");
    expect(dead).toEqual([{ at: 4 }]);
  }, 60_000);

  test("who goes back alone does not believe to have heard more than there is", async () => {
    await told("orders", 5);
    await received("pricing", "orders", 5);
    const folder = await one.backup();
    await one.sql(
      "orders",
      "alter table event disable trigger all; delete from event; update feed_head set position = 0; alter table event enable trigger all",
    );
    await one.restore(folder, { force: true, only: ["pricing"] });
    expect(await cursor("pricing", "orders")).toBe(0);
  }, 60_000);

  test("a service that the backup does not know begins anew; of a part, it stays as it is", async () => {
    await told("carts", 2);
    const part = await one.backup(SERVICES.filter((service) => service !== "carts"));
    await one.restore(part, { force: true });
    expect(await head("carts")).toBe(2);
    await forge(part, (manifest) => Object.assign(manifest, { whole: true }));
    await one.restore(part, { force: true });
    await expect(head("carts")).rejects.toThrow(/"feed_head" does not exist/);
    expect(await one.there()).toEqual(expect.arrayContaining(SERVICES));
  }, 60_000);

  test("a restore that dies amid the exchange lets nobody in, and the next one mends it", async () => {
    await told("orders", 3);
    const folder = await one.backup();
    const targets = await findTargets({ databases: one.address }, () => undefined);
    const [target] = targets.all.filter(({ service }) => service === "orders");
    if (!target) throw new Error("There are no orders.");
    const restored = `${target.database}_restoring`;
    await target.admin.query(`create database "${restored}"`);
    const before = `${target.database}_before_x`;
    const exchange = { admin: target.admin, database: target.database, restored, before };
    const died = swap([exchange], () => Promise.reject(new Error("killed")));
    await expect(died).rejects.toThrow("killed");
    await targets.end();
    await expect(one.sql("orders", "select 1")).rejects.toThrow(/not currently accepting/);
    await expect(one.restore(folder)).rejects.toThrow(/There is data already/);
    await one.restore(folder, { force: true });
    expect(await head("orders")).toBe(3);
  }, 60_000);
});
