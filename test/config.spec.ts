/** What the environment may say, and the sentence that a bad value gets. Each in a process of its own. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const dir = mkdtempSync(path.join(tmpdir(), "comptoir-config-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const SECRET = "x".repeat(64);
const file = pathToFileURL(path.resolve("config.ts")).href;

/** What `show` (an expression over what `config.ts` exports) is with this environment. */
async function read(environment: Record<string, string>, show = "config.mode"): Promise<unknown> {
  const program = `const { config, databaseUrl, backupDatabaseUrl } = await import(${JSON.stringify(file)});
    process.stdout.write(JSON.stringify(${show}))`;
  const env = { PATH: process.env.PATH ?? "", DATA_DIR: dir, ...environment };
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", program], {
    env,
    cwd: dir,
  });
  return JSON.parse(stdout);
}
const complaint = (environment: Record<string, string>) =>
  read(environment).then(
    () => "none",
    ({ stderr }: { stderr: string }) => /Error: (.*)/.exec(stderr)?.[1] ?? stderr,
  );

test.each<[string, Record<string, string>, RegExp]>([
  [
    "production without a secret",
    { NODE_ENV: "production" },
    /JWT_SECRET must be set in production/,
  ],
  [
    "production with a short one",
    { NODE_ENV: "production", JWT_SECRET: "x".repeat(63) },
    /at least 64/,
  ],
  [
    "one of several too short",
    { NODE_ENV: "production", JWT_SECRET: `${SECRET},short` },
    /at least 64/,
  ],
  [
    "a port that is none",
    { PORT: "http" },
    /PORT must be a whole number from 0 to 65535, not "http"/,
  ],
  ["a port too high", { PORT: "65536" }, /PORT must be/],
  ["a mode that nobody knows", { NODE_ENV: "prod" }, /NODE_ENV must be one of/],
  ["a time zone that nobody knows", { TIME_ZONE: "Europe/Pari" }, /TIME_ZONE must be a time zone/],
  ["a time zone that is an offset", { TIME_ZONE: "+01:00" }, /TIME_ZONE must be a time zone/],
  ["an address without its protocol", { PUBLIC_URL: "shop.example" }, /PUBLIC_URL must be an addr/],
  [
    "an address with a path",
    { PUBLIC_URL: "https://shop.example/a" },
    /PUBLIC_URL must be an addr/,
  ],
  ["a log level that nobody knows", { LOG_LEVEL: "loud" }, /LOG_LEVEL must be one of/],
])("%s is refused with a sentence", async (_, environment, sentence) => {
  expect(await complaint(environment)).toMatch(sentence);
});

test("a machine makes its own secret once, and only its owner can read it", async () => {
  const first = await read({}, "config.jwt.secrets");
  expect(await read({}, "config.jwt.secrets")).toEqual(first);
  expect(statSync(path.join(dir, "jwt.secret")).mode & 0o777).toBe(0o600);
  expect(readFileSync(path.join(dir, "jwt.secret"), "utf8").length).toBeGreaterThanOrEqual(64);
});

test("clients reach it at its own port, or where PUBLIC_URL says", async () => {
  expect(await read({ PORT: "8080" }, "config.http.publicUrl")).toBe("http://127.0.0.1:8080");
  const proxied = { PORT: "8080", PUBLIC_URL: "https://shop.example" };
  expect(await read(proxied, "config.http.publicUrl")).toBe("https://shop.example");
});

test("a value may be in a file, as secrets of containers are", async () => {
  const secret = path.join(dir, "secret");
  writeFileSync(secret, `${SECRET}\n`);
  const environment = { NODE_ENV: "production", JWT_SECRET_FILE: secret };
  expect(await read(environment, "config.jwt.secrets")).toEqual([SECRET]);
});

test("of a rotation, the first secret signs and all are known", async () => {
  const older = "y".repeat(64);
  expect(await read({ JWT_SECRET: `${SECRET},${older}` }, "config.jwt.secrets")).toEqual([
    SECRET,
    older,
  ]);
});

test("a service's own database goes before the one for all", async () => {
  const environment = {
    DATABASE_URL: "postgres://all@db/{service}",
    ORDERS_DATABASE_URL: "postgres://orders@other/o",
  };
  const show = '[databaseUrl("orders"), databaseUrl("carts")]';
  expect(await read(environment, show)).toEqual([
    "postgres://orders@other/o",
    "postgres://all@db/carts",
  ]);
});

test("a backup's own address of one database goes before the one for all, also from a file", async () => {
  const address = path.join(dir, "address");
  writeFileSync(address, "postgres://reader@other/o\n");
  const environment = { ORDERS_BACKUP_DATABASE_URL_FILE: address };
  const show = '[backupDatabaseUrl("orders"), backupDatabaseUrl("carts") ?? "none"]';
  expect(await read(environment, show)).toEqual(["postgres://reader@other/o", "none"]);
  const common = { ...environment, BACKUP_DATABASE_URL: "postgres://all@db/{service}" };
  expect(await read(common, show)).toEqual([
    "postgres://reader@other/o",
    "postgres://all@db/carts",
  ]);
});
