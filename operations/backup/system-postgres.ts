/**
 * The Postgres that the system itself has, beside the built-in one: with its pg_dump, which reads no
 * newer servers. For what is to be compared with pg_dump, in tests and figures.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chown, mkdir, rm, writeFile } from "node:fs/promises";
import { globSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { serverAccount } from "../../runtime/postgres/account.ts";
import { freePort } from "../../runtime/postgres/launch.ts";
import { programAt } from "../../runtime/servers/programs.ts";
import { temporaryFolder } from "../../runtime/servers/temporary-folder.ts";
import { connected } from "./session.ts";

export interface SystemPostgres {
  readonly pgDump: string;
  /** For the superuser. Its password is one that must be written with care. */
  url(database: string): string;
  /** Ends it and removes its files. */
  stop(): Promise<void>;
}

const run = promisify(execFile);
const START_LIMIT_MS = 60_000;
const ENVIRONMENT = { PATH: "/usr/bin:/bin", LC_ALL: "C" };

/** @throws Error that says what to install, where we may not install it ourselves */
export async function startSystemPostgres(): Promise<SystemPostgres> {
  const bin = (await folder()) ?? (await installed());
  if (bin === undefined)
    throw new Error(
      "This needs a Postgres of the system, with pg_dump. Install it (on Debian and Ubuntu: " +
        "apt-get install postgresql) and try again.",
    );
  const dir = temporaryFolder("system-postgres");
  const account = await serverAccount();
  const data = path.join(dir, "data");
  const password = `${randomBytes(6).toString("hex")} @:/?#%`;
  const passwordFile = path.join(dir, "password");
  await mkdir(data, { mode: 0o700 });
  await writeFile(passwordFile, password);
  for (const file of account ? [data, passwordFile] : [])
    await chown(file, account?.uid ?? 0, account?.gid ?? 0);
  const words = ["-D", data, "-U", "postgres", "--auth=scram-sha-256", `--pwfile=${passwordFile}`];
  const asAccount = { cwd: data, env: ENVIRONMENT, ...account };
  await run(path.join(bin, "initdb"), [...words, "--locale=C", "--encoding=UTF8"], asAccount);
  const port = await freePort();
  const settings = [
    "listen_addresses=127.0.0.1",
    `port=${port}`,
    "unix_socket_directories=",
    "fsync=off",
    "max_wal_size=1GB",
  ];
  const child = spawn(
    path.join(bin, "postgres"),
    ["-D", data, ...settings.flatMap((setting) => ["-c", setting])],
    { ...asAccount, stdio: "ignore" },
  );
  const end = async () => {
    await ended(child);
    await rm(dir, { recursive: true, force: true });
  };
  const url = (database: string) =>
    `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
  try {
    await answers(child, url("postgres"));
  } catch (error) {
    await end();
    throw error;
  }
  return { pgDump: path.join(bin, "pg_dump"), url, stop: end };
}

/** Of the newest one that has both a server and pg_dump. */
async function folder(): Promise<string | undefined> {
  const servers = globSync("{/usr/lib/postgresql,/usr}/*/bin/postgres");
  const found = servers
    .map((server) => path.dirname(server))
    .filter((bin) => globSync(path.join(bin, "{pg_dump,initdb}")).length === 2);
  return found.sort((a, b) => b.localeCompare(a, "en", { numeric: true }))[0];
}

async function installed(): Promise<string | undefined> {
  const aptGet = await programAt("apt-get");
  if (process.getuid?.() !== 0 || !aptGet) return undefined;
  // At this run level Debian's packages install their server without starting it.
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  const backoff = ["-o", "DPkg::Lock::Timeout=120"];
  try {
    await run(aptGet, [...backoff, "update"], { env });
    const words = ["install", "-y", "--no-install-recommends", "postgresql"];
    await run(aptGet, [...backoff, ...words], { env });
  } catch {
    // No network, or no such package: the caller says what is missing.
  }
  return folder();
}

async function answers(child: ChildProcess, url: string): Promise<void> {
  for (const until = Date.now() + START_LIMIT_MS; ; await sleep(50)) {
    try {
      await (await connected(url)).end();
      return;
    } catch (error) {
      if (child.exitCode !== null || Date.now() > until) throw error;
    }
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGINT");
  await once(child, "exit");
}
