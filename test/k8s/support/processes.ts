/** Servers as processes of a test, that end with it however it ends. */
import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { programAt } from "../../../runtime/servers/programs.ts";

export interface Running {
  readonly pid: number;
  /** What it has said so far. */
  readonly said: () => string;
  readonly ended: () => boolean;
  end(signal?: NodeJS.Signals): Promise<void>;
}

export async function started(
  program: string,
  words: readonly string[],
  options: SpawnOptions = {},
): Promise<Running> {
  const leash = process.platform === "linux" ? await programAt("setpriv") : undefined;
  const line = leash ? ["--pdeathsig", "KILL", program, ...words] : words;
  const child: ChildProcess = spawn(leash ?? program, line, {
    ...options,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const output of [child.stdout, child.stderr])
    output?.on("data", (piece: Buffer) => (said += piece.toString()));
  await once(child, "spawn");
  const ended = () => child.exitCode !== null || child.signalCode !== null;
  return {
    pid: child.pid ?? 0,
    said: () => said,
    ended,
    end: async (signal = "SIGTERM") => {
      if (ended()) return;
      const gone = once(child, "exit");
      child.kill(signal);
      await gone;
    },
  };
}
