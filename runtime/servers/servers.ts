/** Real nats-server and redis-server processes on 127.0.0.1, for tests, chaos and benches. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../postgres/launch.ts";
import { findProgram, programAt } from "./programs.ts";

export { freePort };

export interface Server {
  readonly url: string;
  readonly port: number;
  /** Another one after each restart. */
  readonly pid: number;
  /** Sends a signal, SIGKILL by default; resolves when the process has ended, if it must. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Starts again on the same port with the same files, whether it still runs or was killed. */
  restart(): Promise<void>;
  /** Ends it and removes its files. May be repeated. */
  stop(): Promise<void>;
}

export interface ServerOptions {
  /** 0 or none: a free one. */
  readonly port?: number;
}

export interface NatsOptions extends ServerOptions {
  /** A configuration file: users, TLS. Without one everybody may do everything. */
  readonly config?: string;
}

/** Core NATS, without JetStream: as the product uses it. */
export const startNats = ({ config, ...options }: NatsOptions = {}): Promise<Server> =>
  start(options, {
    program: "nats-server",
    scheme: "nats",
    words: (port) =>
      ["-a", "127.0.0.1", "-p", String(port)].concat(config === undefined ? [] : ["-c", config]),
    greeting: "",
    answer: "INFO ",
  });

/** Writes every change to a file, so that a restart after a kill finds them again. */
export const startRedis = (options: ServerOptions = {}): Promise<Server> =>
  start(options, {
    program: "redis-server",
    scheme: "redis",
    words: (port, dir) =>
      `--bind 127.0.0.1 --port ${port} --dir ${dir} --appendonly yes --save`.split(" ").concat(""),
    greeting: "PING\r\n",
    answer: "+PONG",
  });

interface Kind {
  readonly program: string;
  readonly scheme: string;
  readonly words: (port: number, dir: string) => string[];
  /** The bytes to send, and the beginning of the answer of a server that is ready. */
  readonly greeting: string;
  readonly answer: string;
}

const START_LIMIT_MS = 10_000;
const STOP_LIMIT_MS = 5_000;
/** A free port may be taken between our look and the server's; then the next one is tried. */
const TRIES = 5;
const GOES_ON: readonly NodeJS.Signals[] = ["SIGSTOP", "SIGCONT", "SIGHUP", "SIGUSR1", "SIGUSR2"];

async function start(options: ServerOptions, kind: Kind): Promise<Server> {
  const program = await findProgram(kind.program);
  const dir = await mkdtemp(path.join(tmpdir(), `comptoir-test-${kind.scheme}-`));
  try {
    for (let left = options.port ? 1 : TRIES; left > 0; left--) {
      const port = options.port || (await freePort());
      const running = await run(program, kind, port, dir);
      if (running) return server(program, kind, port, dir, running);
    }
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
  await rm(dir, { recursive: true, force: true });
  throw new Error(`${kind.program} did not start. Is port ${options.port ?? "0"} free?`);
}

function server(
  program: string,
  kind: Kind,
  port: number,
  dir: string,
  first: ChildProcess,
): Server {
  let running = first;
  const restart = async (): Promise<void> => {
    await end(running);
    const next = await run(program, kind, port, dir);
    if (!next) throw new Error(`${kind.program} did not start again on port ${port}.`);
    running = next;
  };
  const stop = async (): Promise<void> => {
    await end(running);
    await rm(dir, { recursive: true, force: true });
  };
  return {
    url: `${kind.scheme}://127.0.0.1:${port}`,
    port,
    get pid() {
      return running.pid ?? 0;
    },
    kill: async (signal = "SIGKILL") => {
      running.kill(signal);
      if (!GOES_ON.includes(signal)) await ended(running);
    },
    restart,
    stop,
  };
}

/** Answers when the server does; undefined when it ended instead, as it does where the port is taken. */
async function run(
  program: string,
  kind: Kind,
  port: number,
  dir: string,
): Promise<ChildProcess | undefined> {
  const words = kind.words(port, dir);
  // Where the system can, the server ends with this process however it ends: no test run leaves
  // one.
  const leash = process.platform === "linux" ? await programAt("setpriv") : undefined;
  const child = leash
    ? spawn(leash, ["--pdeathsig", "KILL", program, ...words], { stdio: "ignore" })
    : spawn(program, words, { stdio: "ignore" });
  await once(child, "spawn");
  child.unref();
  for (const deadline = Date.now() + START_LIMIT_MS; isRunning(child); await sleep(10)) {
    if (await answers(port, kind)) {
      // Another server may answer there while ours finds the port in use: it is ours if it stays.
      await sleep(20);
      return isRunning(child) ? child : undefined;
    }
    if (Date.now() > deadline) {
      await end(child);
      throw new Error(`${kind.program} started but does not answer on port ${port}.`);
    }
  }
  return undefined;
}

async function answers(port: number, kind: Kind): Promise<boolean> {
  const socket = connect({ host: "127.0.0.1", port, timeout: 1_000 });
  // Silence and a closed connection are errors too: otherwise the caller would wait for ever.
  socket.once("timeout", () => socket.destroy(new Error("silence")));
  socket.once("end", () => socket.destroy(new Error("closed")));
  try {
    await once(socket, "connect");
    if (kind.greeting) socket.write(kind.greeting);
    const [output] = (await once(socket, "data")) as [Buffer];
    return output.toString().startsWith(kind.answer);
  } catch {
    return false;
  } finally {
    socket.on("error", () => {}).destroy();
  }
}

const isRunning = (child: ChildProcess): boolean =>
  child.exitCode === null && child.signalCode === null;

async function ended(child: ChildProcess): Promise<void> {
  if (isRunning(child)) await once(child, "exit");
}

async function end(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return;
  // A process that a test has stopped (SIGSTOP) receives no signal until it continues.
  child.kill("SIGCONT");
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
  await ended(child);
  clearTimeout(late);
}
