/** The nightly backup and the restore of the manifests, with their commands, on databases of theirs. */
import { execFile } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { Sequelize } from "sequelize";
import { freePort } from "../../runtime/postgres/launch.ts";
import { prepareDatabase } from "../../lib/prepare.ts";
import { DOMAINS } from "../../services/registry.ts";
import { ask, type Database, startDatabase } from "./support/database.ts";
import { type System, system } from "./support/system.ts";
import { prepare } from "./support/kubelet.ts";
import { ofKind } from "./support/manifests.ts";

const SERVICE = "orders";
const WITHIN_MS = 60_000;

let all: System;
const servers = new Map<string, { database: Database; port: number }>();

beforeAll(async () => {
  all = await system();
  await Promise.all(DOMAINS.map(start));
  await ask(of(SERVICE), "update feed_head set position = 42");
}, 120_000);
afterAll(async () => {
  await Promise.all([...servers.values()].map(({ database }) => database.end("SIGINT")));
  await all.remove();
});

async function start(service: string): Promise<void> {
  const port = await freePort();
  const database = await startDatabase(all, service, port);
  servers.set(service, { database, port });
  const node = new Sequelize(here(all.secret(`${service}-database`, "url")), { logging: false });
  const owner = here(all.secret(`${service}-database`, "owner-url"));
  await prepareDatabase(node, ["lib/migrations", `services/${service}/migrations`], owner);
  await node.close();
}

/** The same address on this machine. */
const here = (url: string): string =>
  url.replace(
    /([a-z]+)-postgres:5432/,
    (_, service: string) => `127.0.0.1:${servers.get(service)?.port}`,
  );
const of = (service: string) => `${servers.get(service)?.database.superuserUrl}/${service}`;
const head = async () => (await ask(of(SERVICE), "select position::int as at from feed_head"))[0];

interface Job {
  readonly code: number;
  readonly output: string;
}
const disk = () => path.join(all.folder, "job", "backups");
const made = () => readdir(disk());

/** Runs a job's container as its manifest says, all of them on the same disk. */
async function job(
  name: string,
  given: Record<string, string> = {},
  change: (url: string) => string = (url) => url,
): Promise<Job> {
  const root = path.join(all.folder, "job");
  const { env, command, at } = prepare(all.workload(name), all.all, { root, given });
  for (const service of DOMAINS) {
    const file = at(`/run/secrets/databases/${service}`);
    await writeFile(file, change(here(await readFile(file, "utf8"))));
  }
  expect(command[0]).toBe("node");
  return run(command.slice(1), env);
}
const run = (words: readonly string[], env: Record<string, string> = {}) =>
  new Promise<Job>((resolve) => {
    const options = { env: { PATH: process.env.PATH, ...env } };
    execFile(process.execPath, [...words], options, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr }),
    );
  });

test("it is made each night, one at a time, and nothing is restored by itself", () => {
  const specs = Object.fromEntries(
    ofKind(all.all, "CronJob").map(({ metadata, spec }) => [metadata?.name, spec]),
  );
  expect(specs).toMatchObject({
    backup: { schedule: "15 2 * * *", timeZone: "Etc/UTC", concurrencyPolicy: "Forbid" },
    restore: { suspend: true },
  });
  expect(specs.backup?.suspend).toBeUndefined();
  for (const { spec } of ofKind(all.all, "CronJob"))
    expect(spec?.jobTemplate.spec?.template.spec?.restartPolicy).toBe("Never");
});

test("both mount the disk that there is, and know the address of every database", () => {
  const claims = ofKind(all.all, "PersistentVolumeClaim").map(({ metadata }) => metadata?.name);
  for (const name of ["backup", "restore"]) {
    const { pod, containers } = all.workload(name);
    const claimed = (pod.volumes ?? []).flatMap(
      ({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? [],
    );
    expect([claimed, claims]).toEqual([["backups"], ["backups"]]);
    const addresses = (containers[0]?.env ?? []).filter(({ name }) => name.includes("_URL"));
    expect(addresses.map((one) => [one.name, one.value])).toEqual(
      DOMAINS.map((service) => [
        `${service.toUpperCase()}_BACKUP_DATABASE_URL_FILE`,
        `/run/secrets/databases/${service}`,
      ]),
    );
  }
});

test("its account reads and locks, and changes nothing", async () => {
  const url = here(all.secret("backup", SERVICE));
  expect(await ask(url, "select position::int as at from feed_head")).toEqual([{ at: 42 }]);
  await ask(url, "begin; lock table feed_head in share mode; rollback");
  for (const forbidden of [
    "update feed_head set position = 0",
    "delete from event",
    "truncate event",
    "drop table event",
    "create table mine (id int)",
    "create temporary table mine (id int)",
    "copy event to '/tmp/event'",
  ])
    await expect(ask(url, forbidden)).rejects.toThrow(/permission denied|must be owner/);
  await expect(ask(url.replace(/\w+$/, "postgres"), "select 1")).rejects.toThrow(
    /permission denied for database/,
  );
});

test(
  "it makes a backup that is good, of all databases",
  async () => {
    const { code, output } = await job("backup");
    expect({ code, output }).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^7 databases/),
    });
    const [name = ""] = await made();
    expect(await made()).toEqual([expect.stringMatching(/^\d{8}_\d{6}$/)]);
    const good = await run(["operations/backup.ts", "--verify", path.join(disk(), name)]);
    expect(good).toMatchObject({ code: 0, output: expect.stringMatching(/^✓ .*: 7 databases/m) });
  },
  WITHIN_MS,
);

test(
  "a wrong password is said in a sentence, and leaves nothing",
  async () => {
    const before = await made();
    const { code, output } = await job("backup", {}, (url) => url.replace(/:[\w-]+@/, ":wrong@"));
    expect({ code, output }).toEqual({
      code: 1,
      output: expect.stringMatching(/cannot be reached: password authentication failed/) as string,
    });
    expect(output).not.toContain("    at ");
    expect(await made()).toEqual(before);
  },
  WITHIN_MS,
);

test(
  "a new password is taken when the role's file is run again",
  async () => {
    const { at } = prepare(all.workload(`${SERVICE}-postgres`), all.all, {
      root: path.join(all.folder, "again"),
    });
    await writeFile(at("/run/secrets/postgres/backup-password"), "another\n");
    await ask(of(SERVICE), await readFile(at(FILE), "utf8"));
    const known = here(all.secret("backup", SERVICE));
    await expect(ask(known, "select 1")).rejects.toThrow(/password authentication failed/);
    await ask(known.replace(/:[\w-]+@/, ":another@"), "select 1");
    await writeFile(
      at("/run/secrets/postgres/backup-password"),
      all.secret(`${SERVICE}-postgres`, "backup-password"),
    );
    await ask(of(SERVICE), await readFile(at(FILE), "utf8"));
    await ask(known, "select 1");
  },
  WITHIN_MS,
);
const FILE = "/docker-entrypoint-initdb.d/backup-role.sql";

test(
  "a restore puts back what the named backup has, and the backup goes on after it",
  async () => {
    const [name = ""] = await made();
    await ask(of(SERVICE), "update feed_head set position = 43");
    const unnamed = await job("restore");
    expect({ ...unnamed, at: await head() }).toEqual({
      code: 1,
      output: expect.stringContaining("/backups/none") as string,
      at: { at: 43 },
    });
    expect(await job("restore", { BACKUP: name })).toMatchObject({
      code: 0,
      output: expect.stringMatching(/What orders had is kept as orders_before_\d+_\d+\./) as string,
    });
    expect(await head()).toEqual({ at: 42 });
    expect(await job("backup")).toMatchObject({ code: 0 });
    expect(await made()).toHaveLength(2);
  },
  WITHIN_MS,
);

test(
  "while a node is there, nothing is restored",
  async () => {
    const [name = ""] = await made();
    const node = new Sequelize(here(all.secret(`${SERVICE}-database`, "url")), { logging: false });
    await node.query("select 1");
    const refused = await job("restore", { BACKUP: name });
    await node.close();
    expect(refused).toMatchObject({
      code: 1,
      output: expect.stringMatching(/Somebody is at work in orders/) as string,
    });
  },
  WITHIN_MS,
);
