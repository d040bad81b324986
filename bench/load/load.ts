/** The load generator as the bench uses it. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { Job, Outcome } from "./jobs.ts";

export interface Load {
  /** @throws Error when the job could not be done at all */
  run(job: Job): Promise<Outcome>;
  end(): Promise<void>;
}

export function startLoad(): Load {
  const child = forked("generator.ts");
  return {
    run: async (job) => {
      child.send(job);
      const [reply] = (await once(child, "message")) as [{ outcome?: Outcome; error?: string }];
      if (reply.outcome) return reply.outcome;
      throw new Error(reply.error ?? "The load generator said nothing.");
    },
    end: () => endOf(child),
  };
}

/** A program of this folder as a process of its own. */
export const forked = (file: string, args: readonly string[] = []): ChildProcess =>
  fork(new URL(file, import.meta.url), [...args], { stdio: "inherit", serialization: "advanced" });

export async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}
