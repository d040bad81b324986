/** The commands as people run them, on a checkout into which something bad was put. */
import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Bom } from "../../../tools/supply/bom.ts";
import { secretsIn } from "../../../tools/supply/secrets.ts";

const folder = mkdtempSync(path.join(tmpdir(), "comptoir-supply-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** So that this file itself holds none. */
const joined = (...parts: string[]) => parts.join("");
const letters = randomBytes(48).toString("hex");
const base32 = [...randomBytes(56)].map((byte) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[byte % 32]);

test.each([
  [
    "private key",
    joined("-----BEGIN EC PRIVATE ", "KEY-----\n", randomBytes(60).toString("base64")),
  ],
  [
    "private key",
    joined('"-----BEGIN PRIVATE ', "KEY-----\\n", randomBytes(45).toString("base64"), '"'),
  ],
  ["NATS seed", joined("SU", base32.join(""))],
  ["AWS access key", joined("AKIA", "Q4ZJ7NWL2XKD5RTB")],
  ["GitHub token", joined("ghp_", letters.slice(0, 36))],
  ["Stripe key", joined("sk_live_", letters.slice(0, 32))],
  ["password in an address", joined("postgres://shop:", "q7Zp3Kd9wX", "@db.example/orders")],
  ["password or key", joined("JWT_SECRET=", letters)],
  ["password or key", joined('const apiKey = "', "Zk3v9QwLr7TnXc5PbYh2", '"')],
])("a %s is found, on its line, and not shown", (kind, line) => {
  const found = secretsIn(`first\n${line}\nlast`, "a.env");
  expect(found).toMatchObject([{ file: "a.env", line: 2, kind }]);
  expect(JSON.stringify(found)).not.toContain(line.slice(-12));
});

test.each([
  "DATABASE_URL=postgres://comptoir:secret@db.internal/{service}",
  "JWT_SECRET_FILE=/run/secrets/jwt",
  'password: "un the bien chaud, et deux sucres"',
  "const token = randomBytes(32).toString('base64url');",
  "secret: { source: orders-superuser-password-of-the-database }",
  "-----BEGIN PRIVATE KEY-----",
])("no secret: %s", (line) => {
  expect(secretsIn(line, "a.ts")).toEqual([]);
});

function check() {
  const { status, stdout } = spawnSync(process.execPath, [path.resolve("tools/supply/check.ts")], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, stdout };
}

test("a checkout is in order, until a secret is written into it", () => {
  const packages = { "": { name: "shop", version: "1.0.0" } };
  writeFileSync(path.join(folder, "package.json"), JSON.stringify(packages[""]));
  writeFileSync(
    path.join(folder, "package-lock.json"),
    JSON.stringify({ lockfileVersion: 3, packages }),
  );
  writeFileSync(path.join(folder, ".gitignore"), ".env\n");
  writeFileSync(path.join(folder, ".env"), `JWT_SECRET=${letters}\n`);
  execFileSync("git", ["init", "-q"], { cwd: folder });
  expect(check()).toEqual({ status: 0, stdout: expect.stringContaining("Nothing is wrong.") });

  writeFileSync(path.join(folder, "notes.md"), `# Notes\n\nJWT_SECRET=${letters}\n`);
  const { status, stdout } = check();
  expect(status).toBe(1);
  expect(stdout).toContain("notes.md:3 seems to be a password or key.");
  expect(stdout).not.toContain(letters);
});

test("the project itself is in order", () => {
  const { status, stdout } = spawnSync(process.execPath, ["tools/supply/check.ts"], {
    encoding: "utf8",
  });
  expect(stdout.split("\n").filter((line) => line.startsWith("✗"))).toEqual([]);
  expect(status).toBe(0);
});

test("the bill of materials names all that is passed on, with versions, hashes and licences", () => {
  const file = path.join(folder, "sbom.json");
  execFileSync(process.execPath, ["tools/supply/sbom.ts", file]);
  const bom = JSON.parse(readFileSync(file, "utf8")) as Bom;
  expect(bom).toMatchObject({ bomFormat: "CycloneDX", specVersion: "1.6", version: 1 });
  expect(bom.metadata.component).toMatchObject({ name: "comptoir", type: "application" });
  const names = bom.components.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["moleculer", "pg", "nats"]));
  expect(names).not.toContain("jest");
  for (const component of bom.components) {
    expect(component.purl).toMatch(/^pkg:npm\/.+@\d/);
    expect(component.hashes).toMatchObject([{ alg: "SHA-512", content: expect.any(String) }]);
    expect(component.licenses?.length).toBeGreaterThan(0);
  }
  const known = new Set([bom.metadata.component, ...bom.components].map((it) => it["bom-ref"]));
  const unknown = bom.dependencies
    .flatMap(({ ref, dependsOn = [] }) => [ref, ...dependsOn])
    .filter((ref) => !known.has(ref));
  expect(unknown).toEqual([]);
  expect(known.size).toBe(bom.components.length + 1);
});
