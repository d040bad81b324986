/** `npm run check:migrations`, on the migrations of the system and on bad ones. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const PROGRAM = path.resolve("tools/check-migrations.ts");
let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "comptoir-test-migrations-"));
  await write("lib/migrations/0000_grammar.sql", "create table event (id int);");
  await write("services/teas/migrations/0001_teas.sql", "create table tea (id int);");
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function write(file: string, sql: string): Promise<void> {
  await mkdir(path.dirname(path.join(root, file)), { recursive: true });
  await writeFile(path.join(root, file), sql);
}
async function check(...words: string[]): Promise<{ code: number; output: string }> {
  try {
    const { stdout } = await run(process.execPath, [PROGRAM, ...words], { cwd: root });
    return { code: 0, output: stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, output: stdout + stderr };
  }
}

test("the system's own are in order, and those that were released are as they were", async () => {
  const { stdout } = await run(process.execPath, [PROGRAM]);
  expect(stdout).toMatch(/^\d+ migrations of \d+ databases are in order\.$/m);
});

test("a destructive one is refused, with its file, line, rule and a way out", async () => {
  const file = "services/teas/migrations/0002_less.sql";
  await write(file, "-- Nobody needs it.\nalter table tea drop column id;\n");
  const { code, output } = await check();
  expect(code).toBe(1);
  expect(output).toContain(`${file}:2 drop: `);
  expect(output).toContain("-- allow <rule>: <why>");
});

test("after a release, an edited or removed file is refused, and a new one is not", async () => {
  expect(await check("--release")).toMatchObject({ code: 0 });
  const retained = await readFile(path.join(root, "migrations.sha256"), "utf8");
  expect(retained.trimEnd().split("\n")).toHaveLength(2);
  await write("services/teas/migrations/0002_more.sql", "alter table tea add grams int;");
  expect(await check()).toMatchObject({ code: 0 });

  await write("services/teas/migrations/0001_teas.sql", "create table tea (id bigint);");
  const edited = await check("--release");
  expect(edited).toMatchObject({
    code: 1,
    output: expect.stringContaining("0001_teas.sql:1 released"),
  });
  await rm(path.join(root, "services/teas/migrations/0001_teas.sql"));
  const removed = await check("--release");
  expect(removed).toMatchObject({
    code: 1,
    output: expect.stringContaining("0001_teas.sql:1 released"),
  });
  // What was refused was not released.
  expect(await readFile(path.join(root, "migrations.sha256"), "utf8")).toBe(retained);
});

test("two files of one name in one database: the second would never be applied", async () => {
  await write("services/teas/migrations/0000_grammar.sql", "create table more (id int);");
  expect(await check()).toMatchObject({ code: 1, output: expect.stringContaining(" name: ") });
});
