/** `npm start` on a bare machine: what it leaves behind, and what it finds again. */
import { execFile } from "node:child_process";
import { readdir, realpath, rm } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import { ApiClient } from "../../operations/client/api-client.ts";
import { good } from "../../operations/client/shop.ts";
import { type RunningNode, runningNode } from "../../runtime/cluster/running-node.ts";
import { freePort } from "../../runtime/servers/servers.ts";
import { findPostmaster, hasEnded, isAlive } from "../../runtime/postgres/postmaster.ts";
import { temporaryFolder } from "../../runtime/servers/temporary-folder.ts";

const ADMIN = { email: "admin@embedded.example", password: "a long one for the tests 4711" };

let dataDir: string;
let port: number;
let node: RunningNode;
let output: string[];

beforeAll(async () => {
  dataDir = temporaryFolder("embedded");
  port = await freePort();
  output = [];
  node = system(port);
  await node.start();
}, 60_000);

afterAll(async () => {
  await node.end();
  const left = await findPostmaster(path.join(dataDir, "postgres", "data"));
  if (left) process.kill(left.pid, "SIGKILL");
  await rm(dataDir, { recursive: true, force: true });
}, 60_000);

const system = (at: number): RunningNode =>
  runningNode(
    { name: "embedded", services: [] },
    {
      environment: {
        DATA_DIR: dataDir,
        PORT: String(at),
        DEMO: "0",
        ADMIN_EMAIL: ADMIN.email,
        ADMIN_PASSWORD: ADMIN.password,
        LOG_LEVEL: "warn",
        // As in no test: it keeps in its data folder what it has compiled.
        NODE_COMPILE_CACHE: "",
      },
      onLine: (line) => output.push(line),
    },
  );
const postgres = async () => {
  const found = await findPostmaster(await realpath(path.join(dataDir, "postgres", "data")));
  if (!found) throw new Error("No Postgres runs on the data.");
  return found;
};

/** Signs in and opens a store by its code: the same answer shows that it is the same one. */
async function storeId(): Promise<string> {
  const http = new ApiClient(`http://127.0.0.1:${port}`);
  try {
    const { body } = good(await http.post<{ token: string }>("/auth/login", ADMIN));
    const store = { code: "KEPT", name: "Kept" };
    const made = await http.post<{ id: string }>("/stores", store, body.token, "store:KEPT");
    return good(made).body.id;
  } finally {
    http.close();
  }
}

test("killed with its Postgres left behind, the next start takes it over and keeps all", async () => {
  const retained = await storeId();
  const { pid } = await postgres();
  await node.end("SIGKILL");
  expect(isAlive(pid)).toBe(true);
  // What it had compiled is there too, for a start that costs less.
  expect(await readdir(path.join(dataDir, "compile-cache"))).not.toEqual([]);
  await node.start();
  expect((await postgres()).pid).toBe(pid);
  expect(await storeId()).toBe(retained);
}, 60_000);

test("killed together with its Postgres, the next start recovers what was answered", async () => {
  const retained = await storeId();
  const { pid } = await postgres();
  process.kill(pid, "SIGKILL");
  await node.end("SIGKILL");
  await hasEnded(pid, 5_000);
  await node.start();
  expect((await postgres()).pid).not.toBe(pid);
  expect(await storeId()).toBe(retained);
}, 60_000);

test("Ctrl-C ends everything; the next start has the same data and loads nothing twice", async () => {
  const retained = await storeId();
  const { pid } = await postgres();
  await node.end("SIGINT");
  expect(isAlive(pid)).toBe(false);
  expect(output.at(-1)).toBe("Stopped. Everything is kept.");
  output.length = 0;
  await node.start();
  expect(output.join("\n")).not.toContain("Demo people");
  expect(await storeId()).toBe(retained);
}, 60_000);

test("Ctrl-C while it is still starting leaves no Postgres behind", async () => {
  await node.end("SIGINT");
  output.length = 0;
  const starting = node.start().catch(() => undefined);
  while (!output.some((line) => line.startsWith("Postgres has started"))) await nextLine();
  const { pid } = await postgres();
  await node.end("SIGINT");
  await starting;
  expect(isAlive(pid)).toBe(false);
  await node.start();
}, 60_000);

const nextLine = () => new Promise((resolve) => setTimeout(resolve, 5));

test("a port that is in use is a sentence that says what to do, and leaves no process", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => taken.once("listening", resolve));
  const { port: busy } = taken.address() as { port: number };
  const folder = temporaryFolder("embedded");
  try {
    const run = promisify(execFile)(process.execPath, ["runtime/start.ts"], {
      env: { ...process.env, DATA_DIR: folder, PORT: String(busy), DEMO: "0", LOG_LEVEL: "warn" },
    });
    await expect(run).rejects.toMatchObject({
      code: 1,
      stderr: `Port ${busy} is in use. Set PORT to another one, or stop what uses it.\n`,
    });
    expect(await findPostmaster(path.join(folder, "postgres", "data"))).toBeUndefined();
  } finally {
    taken.close();
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);

test("a second process on the same data is refused with a sentence", async () => {
  const second = system(await freePort());
  await expect(second.start()).rejects.toThrow(/in use by another process of ours/);
}, 60_000);
