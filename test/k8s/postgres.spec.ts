/** A service's database of the manifests: a real Postgres made and started as they say. */
import { readdir } from "node:fs/promises";
import { Sequelize } from "sequelize";
import { freePort } from "../../runtime/postgres/launch.ts";
import { prepareDatabase } from "../../lib/prepare.ts";
import { ask, type Database, startDatabase } from "./support/database.ts";
import { type System, system } from "./support/system.ts";

const SERVICE = "pricing";

let all: System;
let server: Database;
let port: number;

beforeAll(async () => {
  all = await system();
  port = await freePort();
  server = await startDatabase(all, SERVICE, port);
}, 60_000);
afterAll(async () => {
  await server.end("SIGINT");
  await all.remove();
});

const urlOf = (key: "url" | "owner-url", database = SERVICE) =>
  all
    .secret(`${SERVICE}-database`, key)
    .replace(`${SERVICE}-postgres:5432/${SERVICE}`, `127.0.0.1:${port}/${database}`);

test("it is tuned as the requirements say, and compares text as the embedded one does", async () => {
  const [settings] = await ask(
    `${server.superuserUrl}/${SERVICE}`,
    `select current_setting('max_connections') as connections, current_setting('shared_buffers') as buffers,
            current_setting('effective_cache_size') as cache, current_setting('data_checksums') as sums,
            current_setting('password_encryption') as passwords, datlocprovider::text || datlocale as locale
     from pg_database where datname = current_database()`,
  );
  expect(settings).toEqual({
    connections: "200",
    buffers: "256MB",
    cache: "1GB",
    sums: "on",
    passwords: "scram-sha-256",
    locale: "bC.UTF-8",
  });
});

test("many nodes that start at once migrate it once, as the owner", async () => {
  const folders = ["lib/migrations", `services/${SERVICE}/migrations`];
  const files = (await Promise.all(folders.map((it) => readdir(it)))).flat();
  const nodes = Array.from({ length: 4 }, () => new Sequelize(urlOf("url"), { logging: false }));
  const done = await Promise.all(
    nodes.map((node) => prepareDatabase(node, folders, urlOf("owner-url"))),
  );
  await Promise.all(nodes.map((node) => node.close()));
  expect(done.flatMap(({ applied }) => applied).sort()).toEqual(files.sort());
  expect(done.filter(({ applied }) => applied.length > 0)).toHaveLength(1);
  expect(done.map(({ excess }) => excess)).toEqual(Array.from(done, () => undefined));
});

test("its service reads and writes rows, and changes no table", async () => {
  expect(await ask(urlOf("url"), "select count(*)::int as n from event")).toEqual([{ n: 0 }]);
  await expect(ask(urlOf("url"), "create table mine (id int)")).rejects.toThrow(
    /permission denied/,
  );
  await expect(ask(urlOf("url"), "drop table event")).rejects.toThrow(/must be owner/);
});

test.each(["postgres", "template1"])("neither of its roles gets into %s", async (database) => {
  for (const key of ["url", "owner-url"] as const)
    await expect(ask(urlOf(key, database), "select 1")).rejects.toThrow(
      /permission denied for database/,
    );
});

test("a wrong password opens nothing", async () => {
  const wrong = urlOf("url").replace(/:[\w-]+@/, ":wrong@");
  await expect(ask(wrong, "select 1")).rejects.toThrow(/password authentication failed/);
});
