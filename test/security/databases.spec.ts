/** What the role of a service can do with databases: its rows, and nothing else. */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import { Sequelize } from "sequelize";
import { createDatabases, type ServiceDatabase } from "../../lib/postgres/databases.ts";
import { type Prepared, prepareDatabase } from "../../lib/prepare.ts";
import { DOMAINS } from "../../services/contracts.ts";

const run = randomBytes(4).toString("hex");
const made: ServiceDatabase[] = [];
const server = process.env.TEST_POSTGRES ?? "";

const databaseOf = (
  name: string,
): ServiceDatabase & { owner: { role: string; password: string } } => ({
  name: `s_${name}_${run}`,
  role: `s_${name}_${run}`,
  password: "app",
  owner: { role: `s_${name}_owner_${run}`, password: "owner" },
});
const make = async (...databases: ServiceDatabase[]): Promise<void> => {
  made.push(...databases);
  await createDatabases(`${server}/postgres`, databases);
};
const urlFor = ({ role, password }: { role: string; password: string }, name: string): string => {
  const url = new URL(`${server}/${name}`);
  url.username = role;
  url.password = password;
  return url.href;
};
const appUrl = (one: ServiceDatabase) => urlFor(one, one.name);
const ownerUrl = (one: ReturnType<typeof databaseOf>) => urlFor(one.owner, one.name);
const foldersOf = (service: string) => ["lib/migrations", `services/${service}/migrations`];

/** As a starting node does. */
async function prepare(
  one: ReturnType<typeof databaseOf>,
  folders: readonly string[],
  owner: string | null = ownerUrl(one),
  app = appUrl(one),
): Promise<Prepared> {
  const sequelize = new Sequelize(app, { logging: false });
  try {
    return await prepareDatabase(sequelize, folders, owner ?? undefined);
  } finally {
    await sequelize.close();
  }
}
async function sql<Row extends object>(url: string, ...statements: string[]): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    let rows: Row[] = [];
    for (const statement of statements) ({ rows } = await client.query<Row>(statement));
    return rows;
  } finally {
    await client.end();
  }
}
const refused = (url: string, ...statements: string[]) =>
  expect(sql(url, ...statements)).rejects.toMatchObject({ code: "42501" });

beforeAll(async () => {
  await make(...DOMAINS.map(databaseOf));
  for (const name of DOMAINS) await prepare(databaseOf(name), foldersOf(name));
}, 60_000);
afterAll(async () => {
  const superuser = `${server}/postgres`;
  for (const { name, role, owner } of new Map(made.map((one) => [one.name, one])).values()) {
    await sql(superuser, `drop database if exists "${name}" with (force)`);
    await sql(superuser, `drop role if exists "${role}"${owner ? `, "${owner.role}"` : ""}`);
  }
}, 60_000);

describe.each(DOMAINS)("the role of %s", (name) => {
  const mine = databaseOf(name);
  const app = appUrl(mine);

  test("cannot connect to the database of another, nor can its owner", async () => {
    const others = [
      ...DOMAINS.filter((it) => it !== name).map((it) => databaseOf(it).name),
      "postgres",
      "template1",
    ];
    await Promise.all(
      others.flatMap((other) => [
        refused(urlFor(mine, other), "select 1"),
        refused(urlFor(mine.owner, other), "select 1"),
      ]),
    );
  });

  test.each([
    "create table mine (id int)",
    "create schema mine",
    "create function mine() returns int language sql return 1",
    "create extension pg_buffercache",
    "create role mine",
    "alter table event add column mine int",
    "alter table event disable trigger all",
    "drop trigger event_kept on event",
    "create trigger mine before insert on event for each row execute function append_only()",
    "create or replace function append_only() returns trigger language plpgsql as 'begin return new; end'",
    "create index mine on event (name)",
    "drop table event",
    "truncate event",
    "truncate saga",
    "do $$ begin lock table event in access exclusive mode; end $$",
    "insert into migration (name) values ('9999_mine.sql')",
    "delete from migration",
    "update event set data = '{}'",
    "update event set at = now()",
    "delete from event",
    "set session_replication_role = replica",
    "copy event to program 'cat'",
    "copy event from '/etc/passwd'",
    "select pg_read_file('/etc/passwd')",
    "select lo_import('/etc/passwd')",
    "select * from pg_authid",
    "alter system set fsync = off",
    "checkpoint",
  ])("may not: %s", async (statement) => {
    await refused(app, statement);
  });

  test("cannot become its owner", async () => {
    await refused(app, `set role "${mine.owner.role}"`);
    await refused(app, `alter role "${mine.owner.role}" password 'mine'`);
    await refused(app, `alter database "${mine.name}" owner to "${mine.role}"`);
  });

  test("may only add to what is append-only", async () => {
    const kept = await sql<{ name: string; changed: boolean; removed: boolean }>(
      app,
      `select relname as name, bool_or(tgtype & 16 > 0) as changed, bool_or(tgtype & 8 > 0) as removed
       from pg_trigger join pg_class on pg_class.oid = tgrelid join pg_proc on pg_proc.oid = tgfoid
       where proname = 'append_only' group by relname`,
    );
    for (const { name: table, changed, removed } of kept) {
      const [first] = await sql<{ attname: string }>(
        app,
        `select attname from pg_attribute where attrelid = '"${table}"'::regclass and attnum > 0
           and attidentity = '' and not attisdropped limit 1`,
      );
      const column = first?.attname ?? "";
      if (changed) await refused(app, `update "${table}" set "${column}" = "${column}"`);
      if (removed) await refused(app, `delete from "${table}"`);
      await sql(app, `select 1 from "${table}" limit 1`);
    }
    const names = kept.map((it) => it.name).sort((a, b) => a.localeCompare(b));
    expect(names).toEqual(
      [...APPEND_ONLY[name], "event", "saga_log"].sort((a, b) => a.localeCompare(b)),
    );
  });

  test("does its work: rows, events and their numbers", async () => {
    const [numbered] = await sql<{ position: string }>(
      app,
      "begin",
      "insert into event (id, name, data) values (gen_random_uuid(), 'tested', '{}')",
      "insert into saga (id, kind, step) values (gen_random_uuid(), 'test', 'first')",
      "insert into saga_log (saga_id, step, outcome) select id, step, 'done' from saga",
      "update saga set step = 'second'",
      "delete from saga",
      "update event set position = 1 where position is null returning position",
    );
    expect(numbered).toEqual({ position: "1" });
  });
});

/** Ledgers and histories of each service; adding one here is a promise. */
const APPEND_ONLY: Readonly<Record<(typeof DOMAINS)[number], readonly string[]>> = {
  carts: ["cart_change"],
  catalog: [],
  identity: [],
  inventory: ["movement", "reservation_line"],
  orders: ["order_allocation", "order_event", "order_line"],
  payments: ["entry"],
  pricing: ["price_history"],
};

describe("a start", () => {
  const aDatabase = async (name: string) => {
    const one = databaseOf(name);
    await make(one);
    return one;
  };
  const folder = () => mkdtemp(path.join(tmpdir(), "comptoir-rights-"));

  test("of many nodes at once makes the tables once, with all rights", async () => {
    const one = await aDatabase("many");
    const all = await Promise.all(
      Array.from({ length: 6 }, () => prepare(one, foldersOf("payments"))),
    );
    expect(all.filter(({ applied }) => applied.length > 0)).toHaveLength(1);
    expect(all.every(({ excess }) => excess === undefined)).toBe(true);
    await refused(appUrl(one), "delete from entry");
    await sql(appUrl(one), "select 1 from entry");
  }, 60_000);

  test("with nothing to do does not need the owner at all", async () => {
    const nobody = "postgres://nobody:nothing@127.0.0.1:1/nowhere";
    await expect(prepare(databaseOf("orders"), foldersOf("orders"), nobody)).resolves.toEqual({
      applied: [],
    });
  });

  test("gives the rights for new tables with the migration that makes them", async () => {
    const one = await aDatabase("growing");
    const more = await folder();
    await prepare(one, ["lib/migrations", more]);
    await writeFile(
      path.join(more, "0001_tea.sql"),
      `create table tea (id serial primary key, grams int); create sequence cup;
       create table poured (grams int); create view strong as select * from tea where grams > 3;
       create trigger poured_kept before update or delete on poured
         for each row execute function append_only()`,
    );
    await expect(prepare(one, ["lib/migrations", more])).resolves.toEqual({
      applied: ["0001_tea.sql"],
    });
    const app = appUrl(one);
    await sql(
      app,
      "insert into tea (grams) values (4)",
      "update tea set grams = 5",
      "delete from tea",
    );
    await sql(
      app,
      "select nextval('cup')",
      "select * from strong",
      "insert into poured values (1)",
    );
    await refused(app, "update poured set grams = 2");
    await refused(app, "delete from strong");
    await rm(more, { recursive: true });
  });

  test("takes back what somebody has given by hand", async () => {
    const one = databaseOf("payments");
    await sql(ownerUrl(one), `grant delete, truncate on entry to "${one.role}"`);
    await sql(ownerUrl(one), `grant update (data) on event to "${one.role}"`);
    await prepare(one, foldersOf("payments"));
    await refused(appUrl(one), "truncate entry");
    await refused(appUrl(one), "update event set data = '{}'");
  });

  test("takes over a database of the time when there was one role, with all that is in it", async () => {
    const one = databaseOf("older");
    const { owner: _, ...before } = one;
    await make(before);
    const first = await prepare(one, foldersOf("payments"), null);
    expect(first).toMatchObject({ excess: "one-role" });
    await sql(
      appUrl(one),
      "insert into event (id, name, data) values (gen_random_uuid(), 'old', '{}')",
    );

    await make(one);
    await expect(prepare(one, foldersOf("payments"))).resolves.toEqual({ applied: [] });
    expect(await sql(appUrl(one), "select name from event")).toEqual([{ name: "old" }]);
    await refused(appUrl(one), "delete from event");
    await refused(appUrl(one), "create table mine (id int)");
  });

  test("of `npm run databases` makes what the addresses name, and may be repeated", async () => {
    const one = (name: string) => databaseOf(`given_${name}`);
    const [app, owner] = [one("{service}"), one("{service}").owner].map((role) =>
      urlFor(role, one("{service}").name).replaceAll("%7Bservice%7D", "{service}"),
    );
    const env = {
      ...process.env,
      SUPERUSER_DATABASE_URL: `${server}/postgres`,
      DATABASE_URL: app,
      OWNER_DATABASE_URL: owner,
      SERVICES: "carts,orders",
    };
    made.push(one("carts"), one("orders"));
    const start = () => promisify(execFile)(process.execPath, ["scripts/databases.ts"], { env });
    const { stdout } = await start();
    expect(stdout.split("\n")).toHaveLength(3);
    await start();
    await prepare(one("orders"), foldersOf("orders"));
    await refused(urlFor(one("carts"), one("orders").name), "select 1");
    await refused(appUrl(one("orders")), "create table mine (id int)");
    const bad = { ...env, DATABASE_URL: "postgres://nobody@host/{service}" };
    await expect(
      promisify(execFile)(process.execPath, ["scripts/databases.ts"], { env: bad }),
    ).rejects.toMatchObject({ stderr: expect.stringMatching(/^DATABASE_URL must name/) as string });
  });

  test("of a database of one's own closes it to others", async () => {
    const one = await aDatabase("bare");
    await sql(`${server}/postgres`, `grant connect on database "${one.name}" to public`);
    await prepare(one, foldersOf("orders"));
    await refused(urlFor(databaseOf("orders"), one.name), "select 1");
    await sql(appUrl(one), "select 1");
  });

  test("says what to do where the tables still belong to the service's role", async () => {
    const one = databaseOf("mixed");
    const { owner: _, ...before } = one;
    await make(before);
    await prepare(one, foldersOf("orders"), null);
    await sql(`${server}/postgres`, `create role "${one.owner.role}" login password 'owner'`);
    await sql(
      `${server}/postgres`,
      `grant connect on database "${one.name}" to "${one.owner.role}"`,
    );
    await expect(prepare(one, foldersOf("orders"))).rejects.toThrow(
      `reassign owned by "${one.role}" to "${one.owner.role}"`,
    );
    made.push(one);
  });

  test("says that a superuser's rights cannot be limited", async () => {
    const one = await aDatabase("super");
    const superuser = `${server}/${one.name}`;
    await expect(
      prepare(one, foldersOf("orders"), ownerUrl(one), superuser),
    ).resolves.toMatchObject({
      excess: "superuser",
    });
  });
});
