import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findPostmaster, hasEnded, isAlive } from "../../../runtime/postgres/postmaster.ts";
import {
  begin,
  cleanUp,
  killed,
  newFolder,
  setting,
  sql,
  start,
  starter,
  watched,
} from "./support.ts";

afterEach(cleanUp);

const KEEP = "create table kept as select 42 as answer";

test("a server whose starter was killed goes on, and the next start takes it over", async () => {
  const dir = await newFolder();
  const first = await starter(dir);
  await sql(first.url, KEEP);
  await killed(first.child);

  const output: string[] = [];
  const postgres = await start({ dir, log: (line) => output.push(line) });
  expect(postgres.pid).toBe(first.pid);
  expect(postgres.url("postgres")).toBe(first.url);
  expect(output).toEqual(["Postgres was running already; taken over."]);
  expect(await sql(postgres.url("postgres"), "select answer from kept")).toEqual([{ answer: 42 }]);
  await postgres.stop();
  expect(isAlive(first.pid)).toBe(false);
});

test("starter and server both killed: the next start recovers what was committed", async () => {
  const dir = await newFolder();
  const first = await starter(dir);
  await sql(first.url, KEEP);
  process.kill(first.pid, "SIGKILL");
  await killed(first.child);

  const postgres = await start({ dir });
  expect(postgres.pid).not.toBe(first.pid);
  expect(await sql(postgres.url("postgres"), "select answer from kept")).toEqual([{ answer: 42 }]);
  expect(await readFile(path.join(dir, "postgres.log"), "utf8")).toContain("automatic recovery");
  await postgres.stop();
});

test("a server that is killed while we run is started again, on the same port", async () => {
  const postgres = await start({ dir: await newFolder() });
  const url = postgres.url("postgres");
  const { pid } = postgres;
  await sql(url, KEEP);
  process.kill(pid, "SIGKILL");
  await hasEnded(pid, 5_000);
  const answered = await until(async () => sql(url, "select answer from kept"));
  expect(answered).toEqual([{ answer: 42 }]);
  await until(async () => expect(postgres.pid).not.toBe(pid));
  await postgres.stop();
  expect(isAlive(postgres.pid)).toBe(false);
});

test("a server that is killed just before it is to stop stays ended", async () => {
  const dir = await newFolder();
  const postgres = await start({ dir });
  process.kill(postgres.pid, "SIGKILL");
  await postgres.stop();
  expect(await findPostmaster(path.join(dir, "data"))).toBeUndefined();
});

test("a pid file that names a process which is something else by now is no hindrance", async () => {
  const dir = await newFolder();
  const postgres = await start({ dir });
  const file = path.join(dir, "data", "postmaster.pid");
  const lines = (await readFile(file, "utf8")).split("\n");
  const { uid, gid } = await stat(file);
  process.kill(postgres.pid, "SIGKILL");
  await postgres.stop();

  // Of the same user as the server: Postgres itself would take it for a server and refuse.
  const stranger = watched(spawn("sleep", ["60"], { uid, gid, stdio: "ignore" }));
  await once(stranger, "spawn");
  await writeFile(file, [String(stranger.pid), ...lines.slice(1)].join("\n"));
  const next = await start({ dir });
  expect(stranger.exitCode).toBeNull();
  expect(await sql(next.url("postgres"), "select 1 as one")).toEqual([{ one: 1 }]);
  await next.stop();
  expect(isAlive(stranger.pid ?? 0)).toBe(true);
});

test("a server that was killed and that nobody collects does not keep the next from starting", async () => {
  const dir = await newFolder();
  const postgres = await start({ dir });
  const file = path.join(dir, "data", "postmaster.pid");
  const lines = (await readFile(file, "utf8")).split("\n");
  const { uid, gid } = await stat(file);
  await postgres.stop();

  // A shell that turned into something else never asks after the child it had: it stays a zombie.
  const parent = spawn("sh", ["-c", "sleep 0.1 & echo $!; exec sleep 60"], { uid, gid });
  watched(parent);
  const [pid] = (await once(parent.stdout, "data")) as [Buffer];
  await until(async () => expect(isAlive(Number(pid))).toBe(false));
  expect(process.kill(Number(pid), 0)).toBe(true);
  await writeFile(file, [pid.toString().trim(), ...lines.slice(1)].join("\n"));
  const startedAt = Date.now();
  const next = await start({ dir });
  expect(Date.now() - startedAt).toBeLessThan(10_000);
  await next.stop();
});

test("a first start that was killed half-way is made anew", async () => {
  const dir = await newFolder();
  const child = begin(dir);
  const half = await until(async () => {
    const name = (await readdir(dir)).find((one) => one.startsWith("new-"));
    if (!name) throw new Error("not yet");
    await stat(path.join(dir, name, "data", "PG_VERSION"));
    return name;
  });
  await killed(child);
  expect(await readdir(dir)).not.toContain("data");

  const postgres = await start({ dir });
  expect(await sql(postgres.url("postgres"), "select 1 as one")).toEqual([{ one: 1 }]);
  expect(await readdir(dir)).not.toContain(half);
  await postgres.stop();
});

test("a careless server that was left running is not taken over by who wants a durable one", async () => {
  const dir = await newFolder();
  const first = await starter(dir);
  expect(await setting(first.url, "fsync")).toBe("off");
  await killed(first.child);
  const postgres = await start({ dir, durable: true });
  expect(postgres.pid).not.toBe(first.pid);
  expect(await setting(postgres.url("postgres"), "fsync")).toBe("on");
  await postgres.stop();
});

/** What `attempt` answers as soon as it does not throw, within ten seconds. */
async function until<T>(attempt: () => Promise<T>): Promise<T> {
  for (const deadline = Date.now() + 10_000; ; await sleep(5)) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}
