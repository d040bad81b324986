/** One more service and one more action, made in a copy: nothing outside needs a hand. */
import { execFile } from "node:child_process";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { copiedProject } from "./copied-project.ts";

const DEADLINE_MS = 600_000;
const copy = copiedProject("new-service");
const run = promisify(execFile);
/** What node says of `args` in the copy; rejects with what it wrote unless it ends well. */
const node = async (...args: string[]): Promise<string[]> => {
  const env = { PATH: process.env.PATH };
  const { stdout } = await run(process.execPath, args, { cwd: copy, env });
  return stdout.trim().split("\n");
};
const deployment = (...args: string[]) => node("tools/deployment.ts", ...args);

beforeAll(async () => {
  await node("tools/new.ts", "service", "wishlists");
  await node("tools/new.ts", "action", "wishlists.add", "PUT /wishlist/:productId");
  await node("tools/new.ts", "action", "wishlists.share", "POST /wishlists/:wishlistId/share/:way");
}, DEADLINE_MS);

test("every file that names services knows of the new one", async () => {
  expect(await deployment("--check")).toEqual([""]);
  const named = [
    "docker-compose.yml",
    "docker-compose.dev.yml",
    "docker-compose.prod.yml",
    "k8s/base/kustomization.yaml",
    "k8s/components/backup/backup.yaml",
    "k8s/components/backup/restore.yaml",
    "k8s/secrets.example.yaml",
    "k8s/services/wishlists/account.yaml",
    "monitoring/prometheus.yml",
    "nats/users.conf",
    "DOCUMENTATION.md",
  ];
  const silent = named.filter(
    (file) => !readFileSync(path.join(copy, file), "utf8").includes("wishlists"),
  );
  expect(silent).toEqual([]);
  const readme = readFileSync(path.join(copy, "services/wishlists/README.md"), "utf8");
  expect(readme).toMatch(/\| `wishlists.add` +\| `PUT \/wishlist\/:productId`/);
}, 60_000);

test("a file that is stale is named, and written anew around what is written by hand", async () => {
  const file = path.join(copy, "docker-compose.yml");
  const fresh = readFileSync(file, "utf8");
  writeFileSync(file, fresh.replaceAll("wishlists", "wishes"));
  appendFileSync(file, "# By hand.\n");
  await expect(deployment("--check")).rejects.toMatchObject({
    code: 1,
    stdout: "docker-compose.yml\n",
  });
  expect(await deployment()).toEqual(["docker-compose.yml"]);
  expect(readFileSync(file, "utf8")).toBe(`${fresh}# By hand.\n`);
}, 60_000);

test("what is there is not written over", async () => {
  const again = node("tools/new.ts", "action", "wishlists.add", "PUT /wishlist/:productId");
  await expect(again).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining("is there already"),
  });
}, 60_000);

test(
  "the compiler, the rules of the system and its own tests agree with it at once",
  async () => {
    await node("node_modules/typescript/bin/tsc");
    const jest = ["--experimental-vm-modules", "--no-warnings", "node_modules/jest/bin/jest.js"];
    await node(...jest, "-w", "1", "test/architecture.spec.ts", "test/services/wishlists");
  },
  DEADLINE_MS,
);
