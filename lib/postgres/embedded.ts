/**
 * A real Postgres that comes with the product: its programs are an npm package, its data a folder.
 * It listens on 127.0.0.1 only, outlives a crash of ours, and is found again by the next start.
 */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { keep, type Keeper, superuserUrl } from "./keeper.ts";
import { freePort, launch, type Settings } from "./launch.ts";
import { type Place, preparePlace } from "./place.ts";
import { endPostmaster, findPostmaster } from "./postmaster.ts";

export interface EmbeddedPostgres {
  readonly port: number;
  /** Of the superuser `postgres`; kept in `dir`, in a file that only who runs us can read. */
  readonly password: string;
  /** The server's process. Another one after the server had to be started again. */
  readonly pid: number;
  /** For the superuser. */
  url(database: string): string;
  /** Cuts clients off, writes everything down and answers when the server has ended. May be repeated. */
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** Holds the data, the password, the port and the server's log. Made when it is not there. */
  readonly dir: string;
  /** 0 or none: a free one, kept in `dir` for the next start as long as nobody else has taken it. */
  readonly port?: number;
  /** False, for tests: faster. Survives kill -9, but is worthless after a power cut. */
  readonly durable?: boolean;
  readonly maxConnections?: number;
  /** Told what we do, in sentences. What the server itself says is in `dir`/postgres.log. */
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
  const place = await preparePlace(options.dir, durable);
  const wanted: Wanted = { durable, maxConnections, port: options.port ?? 0, log };
  let held = await hold(place, wanted);
  const stopped = new AbortController();
  let stopping: Promise<void> | undefined;
  let holding: Promise<void> | undefined;

  const watch = (): void => held.keeper.onLost(() => void (holding = holdAgain()));
  const holdAgain = async (): Promise<void> => {
    for (let wait = RETRY_MS; ; wait = Math.min(wait * 2, 5_000)) {
      if (stopped.signal.aborted) return;
      log("Postgres is gone; starting it again.");
      try {
        held = await hold(place, { ...wanted, port: held.port });
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
    // The connection is held until the server cuts it: nobody takes over what is about to end.
    await endPostmaster(place.dataDir, place.binaries.pgCtl);
    await held.keeper.release();
    log("Postgres has stopped.");
  };
  return {
    port: held.port,
    password: place.password,
    get pid() {
      return held.pid;
    },
    url: (database) => superuserUrl(held.port, place.password, database),
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
  readonly keeper: Keeper;
}

/** Looks, starts, and looks again, until a server on the data is ours and as it was wanted. */
async function hold(place: Place, wanted: Wanted): Promise<Held> {
  const deadline = Date.now() + START_LIMIT_MS;
  let ownedSince: number | undefined;
  let launched = false;
  for (; Date.now() < deadline; await sleep(RETRY_MS)) {
    const found = await findPostmaster(place.dataDir);
    if (!found) {
      launched = await start(place, wanted);
      if (!launched) continue;
    }
    const running = found ?? (await findPostmaster(place.dataDir));
    if (!running?.ready) continue;
    const kept = await keep(running.port, place.password, place.dataDir);
    if (kept === "owned") refuseAfterAWhile((ownedSince ??= Date.now()), place);
    if (typeof kept === "string") continue;
    if (suits(kept, running.port, wanted)) {
      wanted.log(launched ? "Postgres has started." : "Postgres was running already; taken over.");
      return { ...running, keeper: kept };
    }
    await endPostmaster(place.dataDir, place.binaries.pgCtl);
    await kept.release();
  }
  throw new Error(
    `The Postgres on ${place.dataDir} runs but does not answer. End it (its number is the first ` +
      "line of postmaster.pid in that folder), then start again.",
  );
}

function refuseAfterAWhile(since: number, place: Place): void {
  if (Date.now() - since < OWNED_LIMIT_MS) return;
  throw new Error(
    `The data in ${place.dir} is in use by another process of ours that runs. ` +
      "Stop that one first, or start with another folder.",
  );
}

const suits = (kept: Keeper, port: number, wanted: Wanted): boolean =>
  kept.durable === wanted.durable &&
  kept.maxConnections >= wanted.maxConnections &&
  (wanted.port === 0 || wanted.port === port);

/** False: somebody else may be starting the same, or the kept port is taken; look again. */
async function start(place: Place, wanted: Wanted): Promise<boolean> {
  const file = path.join(place.dir, "port");
  const kept = Number(await readFile(file, "utf8").catch(() => ""));
  const port = wanted.port || kept || (await freePort());
  const launched = await launch(place, port, wanted);
  if (launched === "ready" && port !== kept) await writeFile(file, String(port));
  if (launched === "taken") {
    if (wanted.port !== 0) {
      throw new Error(`Another program listens on port ${port}. End it, or choose another port.`);
    }
    await writeFile(file, "");
  }
  return launched === "ready";
}
