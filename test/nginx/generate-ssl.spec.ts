/** The script for certificates of development. */
import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const SCRIPT = path.resolve(import.meta.dirname, "../../nginx/ssl/generate-ssl.sh");
const DAY_MS = 86_400_000;
const ALL = ["ca.crt", "ca.key", "server.crt", "server.key"];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "comptoir-test-ssl-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const generate = (...words: string[]) => run("sh", [SCRIPT, "--out", folder, ...words]);
const certificate = async (name: string) =>
  new X509Certificate(await readFile(path.join(folder, name)));
const contents = async () =>
  Promise.all(ALL.map((name) => readFile(path.join(folder, name), "utf8")));

test("a certificate for localhost and the names that are given, signed by an authority of its own", async () => {
  const { stdout } = await generate("shop.example", "*.shop.example", "192.0.2.7");
  expect(stdout).toContain(path.join(folder, "ca.crt"));
  expect((await readdir(folder)).toSorted()).toEqual(ALL);
  const [authority, server] = [await certificate("ca.crt"), await certificate("server.crt")];
  expect(authority.ca).toBe(true);
  expect(server.ca).toBe(false);
  expect(server.checkIssued(authority)).toBe(true);
  expect(server.verify(authority.publicKey)).toBe(true);
  expect(server.issuer).not.toBe(server.subject);
  for (const name of ["localhost", "shop.example", "till.shop.example"])
    expect(server.checkHost(name)).toBeDefined();
  for (const address of ["127.0.0.1", "::1", "192.0.2.7"])
    expect(server.checkIP(address)).toBeDefined();
  expect(server.checkHost("other.example")).toBeUndefined();
  // Browsers take no longer ones.
  const validMs = Date.parse(server.validTo) - Date.parse(server.validFrom);
  expect(validMs).toBeLessThanOrEqual(398 * DAY_MS);
});

test("keys are for their owner's eyes only", async () => {
  await generate();
  for (const name of ["ca.key", "server.key"])
    expect((await stat(path.join(folder, name))).mode & 0o777).toBe(0o600);
});

test("nothing is overwritten, unless that is asked for; then the authority stays", async () => {
  await generate();
  const before = await contents();
  await expect(generate("shop.example")).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining("--force") as string,
  });
  expect(await contents()).toEqual(before);

  await generate("--force", "shop.example");
  const after = await contents();
  expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
  expect(after[2]).not.toBe(before[2]);
  expect(after[3]).not.toBe(before[3]);
  expect((await certificate("server.crt")).verify((await certificate("ca.crt")).publicKey)).toBe(
    true,
  );
});

test.each([
  [["bad;name"], "bad;name"],
  [["999.1.1.1"], "999.1.1.1"],
  [["--out"], "which directory"],
  [["--fast"], "--fast"],
])("%j is refused with a sentence, and leaves no certificate", async (words, output) => {
  await expect(generate(...words)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining(output) as string,
  });
  const left = await readdir(folder);
  expect(left.filter((name) => name.startsWith("server") || name.startsWith("."))).toEqual([]);
});
