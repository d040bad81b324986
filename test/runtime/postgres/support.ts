/** What the tests of the built-in Postgres share: folders, processes and questions to a server. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { Client } from "pg";
import {
  type EmbeddedPostgres,
  type PostgresOptions,
  startPostgres,
} from "../../../runtime/postgres/embedded.ts";
import { endPostmaster } from "../../../runtime/postgres/postmaster.ts";

export const asRoot = process.getuid?.() === 0;

const folders: string[] = [];
const servers: EmbeddedPostgres[] = [];
const processes: ChildProcess[] = [];

export async function newFolder(): Promise<string> {
  const dir = await realpath(await mkdtemp(path.join(tmpdir(), "comptoir-embedded-")));
  folders.push(dir);
  return dir;
}

/** Starts the Postgres in a folder; a test that fails before it stops it leaves none behind. */
export async function start(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const postgres = await startPostgres({ durable: false, ...options });
  servers.push(postgres);
  return postgres;
}

/** Ends whatever a test has left, passed or failed. */
export async function cleanUp(): Promise<void> {
  for (const postgres of servers.splice(0)) await postgres.stop();
  for (const child of processes.splice(0)) if (isRunning(child)) await killed(child);
  for (const dir of folders.splice(0)) {
    const data = await realpath(path.join(dir, "data")).catch(() => undefined);
    if (data) await endPostmaster(data, "pg_ctl");
    if (data && !data.startsWith(dir)) await rm(path.dirname(data), { recursive: true });
    await rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

export interface Starter {
  readonly child: ChildProcess;
  /** Of the server that it has started. */
  readonly pid: number;
  readonly url: string;
}

/** A Node process of its own, as `uid` if one is given, that has started the Postgres in `dir`. */
export async function starter(dir: string, uid?: number): Promise<Starter> {
  const child = begin(dir, uid);
  if (!child.stdout) throw new Error("The process has no output.");
  const [line] = (await Promise.race([
    once(createInterface(child.stdout), "line"),
    once(child, "exit").then(([code]) => {
      throw new Error(`The process ended with ${code}.`);
    }),
  ])) as [string];
  return { child, ...(JSON.parse(line) as { pid: number; url: string }) };
}

/** The same, without waiting for the server. */
export function begin(dir: string, uid?: number): ChildProcess {
  const script = path.join(import.meta.dirname, "starter.ts");
  const words = ["--no-warnings", script, dir, ...(uid === undefined ? [] : [String(uid)])];
  const child = spawn(process.execPath, words, { stdio: ["pipe", "pipe", "inherit"] });
  processes.push(child);
  return child;
}

export const isRunning = (child: ChildProcess): boolean =>
  child.exitCode === null && child.signalCode === null;

export async function killed(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  if (isRunning(child)) await once(child, "exit");
}

/** Remembers a process of a test, to be ended with it. */
export function watched(child: ChildProcess): ChildProcess {
  processes.push(child);
  return child;
}

/** The rows of one statement, over a connection of its own. */
export async function sql<Row extends object>(url: string, statement: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}

export async function setting(url: string, name: string): Promise<string | undefined> {
  return (await sql<{ value: string }>(url, `select current_setting('${name}') as value`))[0]
    ?.value;
}
