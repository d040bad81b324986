/** A node of ours as a process of its own: started, watched, killed and started again. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface NodePlan {
  /** The node's name, also its NODE_ID on the bus. */
  readonly name: string;
  readonly services: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Folder of the version that it runs, read when it starts; the present one by default. */
  readonly cwd?: string;
}
export interface RunningNode extends NodePlan {
  readonly pid: number | undefined;
  readonly alive: boolean;
  /** Starts it; answers when it says where things are. @throws Error with its last lines if it ends instead. */
  start(): Promise<void>;
  /**
   * Sends a signal and waits for its end. SIGTERM drains, SIGKILL does not. Answers its exit code; null
   * if a signal killed it, or if it did not run.
   */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

const KEPT_LINES = 40;
/** One that did not even live for so long is not started again at once. */
const SHORT_LIFE_MS = 5_000;
const AGAIN_MS = 2_000;
const READY = /^ {2}Comptoir \d/;

export function runningNode(
  plan: NodePlan,
  {
    environment,
    cwd,
    onLine,
    onLost,
    revive = false,
  }: {
    environment: Readonly<Record<string, string>>;
    /** The folder of the sources; the present one by default. */
    cwd?: string;
    onLine?: (line: string) => void;
    /** Called when it ended unexpectedly; with its last lines, if it had not started yet. */
    onLost?: (code: number | null, reason: readonly string[]) => void;
    /** True if it is restarted when it ends, as a supervisor does. */
    revive?: boolean;
  },
): RunningNode {
  let child: ChildProcess | undefined;
  let wanted = false;

  const start = async (): Promise<void> => {
    wanted = true;
    const began = performance.now();
    const started = spawn(process.execPath, ["runtime/start.ts"], {
      cwd,
      env: {
        ...process.env,
        ...environment,
        NODE_ID: plan.name,
        SERVICES: plan.services.join(","),
        ...plan.environment,
      },
      ...(plan.cwd !== undefined && { cwd: plan.cwd }),
      // Over the channel it learns when we are gone, however that was, and then stops too.
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    child = started;
    const last: string[] = [];
    let ready = false;
    const readLine = (line: string) => {
      last.push(line);
      if (last.length > KEPT_LINES) last.shift();
      onLine?.(line);
    };
    const lines = [started.stdout, started.stderr].flatMap((input) =>
      input ? [createInterface({ input })] : [],
    );
    for (const one of lines) one.on("line", readLine);
    started.once("exit", (code) => {
      if (child === started) child = undefined;
      if (!wanted) return;
      onLost?.(code, ready ? [] : last);
      if (revive) startAgain(performance.now() - began);
    });
    await new Promise<void>((resolve, reject) => {
      const check = (line: string) => {
        if (!READY.test(line)) return;
        ready = true;
        resolve();
      };
      for (const one of lines) one.on("line", check);
      started.once("exit", (code) =>
        reject(new Error(`${plan.name} ended with ${code}:\n${last.join("\n")}`)),
      );
    });
  };

  const startAgain = (livedMs: number) => {
    const again = () => {
      // A failed start is ignored here: the exit handler of the process tries again.
      if (wanted && !child) start().catch(() => undefined);
    };
    setTimeout(again, livedMs < SHORT_LIFE_MS ? AGAIN_MS : 0).unref();
  };

  return {
    ...plan,
    get pid() {
      return child?.pid;
    },
    get alive() {
      return child !== undefined;
    },
    start,
    end: async (signal = "SIGTERM") => {
      wanted = false;
      const ending = child;
      if (!ending) return null;
      const ended = once(ending, "exit") as Promise<[number | null]>;
      ending.kill(signal);
      const [code] = await ended;
      return code;
    },
  };
}
