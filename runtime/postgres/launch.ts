/** Starting the server's process, with the settings of a small machine. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile, rename, stat } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cannotRun, ENVIRONMENT, type DataDirectory } from "./data-directory.ts";
import { findPostmaster } from "./postmaster.ts";

export interface Settings {
  readonly durable: boolean;
  readonly maxConnections: number;
}

/** "taken": another program has the port. "busy": another server has, or has just had, the data. */
export type Launched = "ready" | "taken" | "busy";

const LOG_LIMIT_BYTES = 16_000_000;

/**
 * Starts the server and waits until it takes connections, as long as its recovery may take. It is not
 * in our group of processes, so that Ctrl-C in a terminal reaches our services first, and writes to a
 * file, so that it outlives us. @throws Error with what it said when it will not start.
 */
export async function launch(
  directory: DataDirectory,
  port: number,
  settings: Settings,
): Promise<Launched> {
  const file = path.join(directory.dir, "postgres.log");
  if (
    await stat(file).then(
      (log) => log.size > LOG_LIMIT_BYTES,
      () => false,
    )
  ) {
    await rename(file, `${file}.old`);
  }
  const log = await open(file, "a", 0o600);
  const before = (await log.stat()).size;
  const child = spawn(
    directory.binaries.postgres,
    ["-D", directory.dataDir, ...chosen(port, settings).flatMap((setting) => ["-c", setting])],
    {
      cwd: directory.dataDir,
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
      env: ENVIRONMENT,
      windowsHide: true,
      ...directory.account,
    },
  );
  try {
    await once(child, "spawn").catch((error: Error) => {
      throw cannotRun(error);
    });
    child.unref();
    while (child.exitCode === null && child.signalCode === null) {
      const found = await findPostmaster(directory.dataDir);
      if (found?.pid === child.pid && found?.ready) return "ready";
      await sleep(5);
    }
  } finally {
    await log.close();
  }
  const output = (await readFile(file)).subarray(before).toString();
  if (/lock file|shared memory block/.test(output)) return "busy";
  if (/could not bind|Address already in use/.test(output)) return "taken";
  throw cannotRun(new Error(output), output);
}

/** https://www.postgresql.org/docs/18/runtime-config.html */
function chosen(port: number, { durable, maxConnections }: Settings): string[] {
  return [
    "listen_addresses=127.0.0.1",
    `port=${port}`,
    "unix_socket_directories=",
    `max_connections=${maxConnections}`,
    "shared_buffers=64MB",
    "work_mem=4MB",
    "max_wal_size=512MB",
    // Blocks come from the system's memory mostly: workers to read them cost more than they save.
    "io_method=sync",
    "random_page_cost=1.1",
    "jit=off",
    "timezone=UTC",
    "log_timezone=UTC",
    // A failed statement reports to its caller; a log would retain what people have typed.
    "log_min_messages=log",
    "log_checkpoints=off",
    // Commits still reach the system before they are answered, and so survive that the server is
    // killed: only a power cut is not survived.
    ...(durable ? [] : ["fsync=off", "full_page_writes=off"]),
  ];
}

/** Returns a free port on 127.0.0.1. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("There is no free port.");
  return address.port;
}
