/** How a start gives a service's role its rights, and what it finds. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import {
  appUrl,
  databaseOf,
  dropMade,
  makeSystem,
  foldersOf,
  made,
  make,
  ownerUrl,
  prepare,
  refused,
  server,
  sql,
  urlFor,
} from "./support/databases.ts";

beforeAll(makeSystem, 60_000);
afterAll(dropMade, 60_000);

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
    const start = () => promisify(execFile)(process.execPath, ["operations/databases.ts"], { env });
    const { stdout } = await start();
    expect(stdout.split("\n")).toHaveLength(3);
    await start();
    await prepare(one("orders"), foldersOf("orders"));
    await refused(urlFor(one("carts"), one("orders").name), "select 1");
    await refused(appUrl(one("orders")), "create table mine (id int)");
    const bad = { ...env, DATABASE_URL: "postgres://nobody@host/{service}" };
    await expect(
      promisify(execFile)(process.execPath, ["operations/databases.ts"], { env: bad }),
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
