import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Sequelize } from "sequelize";
import { driver } from "../../lib/driver.ts";
import { migrate } from "../../lib/migrate.ts";
import { dropDatabases, giveDatabase } from "../support/test-databases.ts";

const folder = mkdtempSync(path.join(tmpdir(), "comptoir-migrations-"));
const write = (name: string, sql: string) => writeFileSync(path.join(folder, name), sql);
let url: string;
const open: Sequelize[] = [];
const connect = () => {
  const one = new Sequelize(url, { logging: false });
  open.push(one);
  return one;
};

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  url = await giveDatabase("migrated");
  write("0001_tea.sql", "create table tea (id int primary key)");
  write("0002_grams.sql", "alter table tea add grams int; insert into tea values (1, 100)");
});
afterAll(async () => {
  await Promise.all(open.map((one) => one.close()));
  await dropDatabases();
});

test("of many nodes that start at once, one applies each file, in order", async () => {
  const applied = await Promise.all(Array.from({ length: 6 }, () => migrate(connect(), [folder])));
  expect(applied.flat()).toEqual(["0001_tea.sql", "0002_grams.sql"]);
});

test("what was applied is not applied again, and new files are", async () => {
  write("0003_black.sql", "insert into tea values (2, 200)");
  expect(await migrate(connect(), [folder])).toEqual(["0003_black.sql"]);
  expect(await migrate(connect(), [folder])).toEqual([]);
});

test("when one file fails, nothing of that start is applied", async () => {
  write("0004_green.sql", "insert into tea values (3, 300)");
  write("0005_broken.sql", "insert into nowhere values (1)");
  await expect(migrate(connect(), [folder])).rejects.toThrow(/nowhere/);
  const [rows] = await connect().query("select id from tea order by id");
  expect(rows).toEqual([{ id: 1 }, { id: 2 }]);
});

test("a migration does not make the system wait behind it for a table that somebody holds", async () => {
  await connect().query("create table held (id int)");
  const blocked = mkdtempSync(path.join(tmpdir(), "comptoir-migrations-"));
  writeFileSync(path.join(blocked, "0006_held.sql"), "alter table held add grams int");
  const holder = connect();
  const holding = await holder.transaction();
  await holder.query("select * from held", { transaction: holding });
  await expect(migrate(connect(), [blocked])).rejects.toThrow(/lock timeout/);
  await holding.rollback();
  expect(await migrate(connect(), [blocked])).toEqual(["0006_held.sql"]);
});

test("a migration may take longer than an answer is waited for otherwise", async () => {
  const slow = mkdtempSync(path.join(tmpdir(), "comptoir-migrations-"));
  writeFileSync(path.join(slow, "0007_slow.sql"), "select pg_sleep(10)");
  const one = new Sequelize(url, { logging: false, dialectModule: driver });
  open.push(one);
  expect(await migrate(one, [slow])).toEqual(["0007_slow.sql"]);
});
