/**
 * A real Postgres that comes with the product: its programs are an npm package, its data a folder.
 * It listens on 127.0.0.1 only, outlives a crash of ours, and is found again by the next start.
 */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { superviseServer, type Supervisor, superuserUrl } from "./supervisor.ts";
import { freePort, launch, type Settings } from "./launch.ts";
import { type DataDirectory, prepareDataDirectory } from "./data-directory.ts";
import { endPostmaster, findPostmaster } from "./postmaster.ts";

export interface EmbeddedPostgres {
  readonly port: number;
  /** The password of the superuser `postgres`, from a file in `dir` that only we can read. */
  readonly password: string;
  /** The server's process. Another one after the server had to be started again. */
  readonly pid: number;
  url(database: string): string;
  /** Cuts clients off, writes everything down and answers when the server has ended. May be repeated. */
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** Holds the data, the password, the port and the server's log. Made when it is not there. */
  readonly dir: string;
  /** 0 or absent: a free one, stored in `dir` for the next start as long as it is free. */
  readonly port?: number;
  /** False, for tests: faster. Survives kill -9, but is worthless after a power cut. */
  readonly durable?: boolean;
  readonly maxConnections?: number;
  /** Receives our progress, in sentences. The server's own log is `dir`/postgres.log. */
  readonly log?: (line: string) => void;
}

const START_LIMIT_MS = 120_000;
/** A process that was killed this very moment may still seem to own its server. */
const OWNED_LIMIT_MS = 1_500;
const RETRY_MS = 20;

/**
 * Starts the Postgres in `dir`, and makes it at the first time. A server that a killed process has
 * left running is taken over; one that died is started again, also later, while we run, on the same
 * port. Of several processes that ask for one `dir`, one gets it. It keeps no process alive.
 * @throws Error with a sentence: another process owns `dir`, the port is taken, no Postgres for this
 * machine, or what Postgres said when it refused to start.
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const { durable = true, maxConnections = 200, log = () => {} } = options;
  const directory = await prepareDataDirectory(options.dir, durable);
  const wanted: Wanted = { durable, maxConnections, port: options.port ?? 0, log };
  let held = await hold(directory, wanted);
  const stopped = new AbortController();
  let stopping: Promise<void> | undefined;
  let holding: Promise<void> | undefined;

  const watch = (): void => held.keeper.onLost(() => void (holding = holdAgain()));
  const holdAgain = async (): Promise<void> => {
    for (let wait = RETRY_MS; ; wait = Math.min(wait * 2, 5_000)) {
      if (stopped.signal.aborted) return;
      log("Postgres is gone; starting it again.");
      try {
        held = await hold(directory, { ...wanted, port: held.port });
        return watch();
      } catch (error) {
        log(error instanceof Error ? error.message : String(error));
        const rest = { ref: false, signal: stopped.signal };
        await sleep(wait, undefined, rest).catch(() => {});
      }
    }
  };
  watch();

  const stop = async (): Promise<void> => {
    stopped.abort();
    await holding;
    // The connection stays open until the server closes it, so that no process takes over a server
    // that is ending.
    await endPostmaster(directory.dataDir, directory.binaries.pgCtl);
    await held.keeper.release();
    log("Postgres has stopped.");
  };
  return {
    port: held.port,
    password: directory.password,
    get pid() {
      return held.pid;
    },
    url: (database) => superuserUrl(held.port, directory.password, database),
    stop: () => (stopping ??= stop()),
  };
}

interface Wanted extends Settings {
  /** 0: any. */
  readonly port: number;
  readonly log: (line: string) => void;
}

interface Held {
  readonly pid: number;
  readonly port: number;
  readonly keeper: Supervisor;
}

/** Looks, starts, and looks again, until a server on the data is ours and as it was wanted. */
async function hold(directory: DataDirectory, wanted: Wanted): Promise<Held> {
  const deadline = Date.now() + START_LIMIT_MS;
  let ownedSince: number | undefined;
  let launched = false;
  for (; Date.now() < deadline; await sleep(RETRY_MS)) {
    const found = await findPostmaster(directory.dataDir);
    if (!found) {
      launched = await start(directory, wanted);
      if (!launched) continue;
    }
    const running = found ?? (await findPostmaster(directory.dataDir));
    if (!running?.ready) continue;
    const saved = await superviseServer(running.port, directory.password, directory.dataDir);
    if (saved === "owned") refuseAfterAWhile((ownedSince ??= Date.now()), directory);
    if (typeof saved === "string") continue;
    if (suits(saved, running.port, wanted)) {
      wanted.log(launched ? "Postgres has started." : "Postgres was running already; taken over.");
      return { ...running, keeper: saved };
    }
    await endPostmaster(directory.dataDir, directory.binaries.pgCtl);
    await saved.release();
  }
  throw new Error(
    `The Postgres on ${directory.dataDir} runs but does not answer. End it (its number is the first ` +
      "line of postmaster.pid in that folder), then start again.",
  );
}

function refuseAfterAWhile(since: number, directory: DataDirectory): void {
  if (Date.now() - since < OWNED_LIMIT_MS) return;
  throw new Error(
    `The data in ${directory.dir} is in use by another process of ours that runs. ` +
      "Stop that one first, or start with another folder.",
  );
}

const suits = (saved: Supervisor, port: number, wanted: Wanted): boolean =>
  saved.durable === wanted.durable &&
  saved.maxConnections >= wanted.maxConnections &&
  (wanted.port === 0 || wanted.port === port);

/** False: another process may be starting the same, or the stored port is in use; try again. */
async function start(directory: DataDirectory, wanted: Wanted): Promise<boolean> {
  const file = path.join(directory.dir, "port");
  const saved = Number(await readFile(file, "utf8").catch(() => ""));
  const port = wanted.port || saved || (await freePort());
  const launched = await launch(directory, port, wanted);
  if (launched === "ready" && port !== saved) await writeFile(file, String(port));
  if (launched === "taken") {
    if (wanted.port !== 0) {
      throw new Error(`Another program listens on port ${port}. End it, or choose another port.`);
    }
    await writeFile(file, "");
  }
  return launched === "ready";
}
