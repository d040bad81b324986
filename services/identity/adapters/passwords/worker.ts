/** A thread that hashes and compares passwords, one after the other, until it is ended. */
import { parentPort } from "node:worker_threads";
import { compareNow, hashNow } from "./bcrypt.ts";

export type PasswordJob =
  | { readonly kind: "hash"; readonly password: string; readonly cost: number }
  | { readonly kind: "compare"; readonly password: string; readonly hash: string };

const answer = (job: PasswordJob): string | boolean =>
  job.kind === "hash" ? hashNow(job.password, job.cost) : compareNow(job.password, job.hash);

parentPort?.on("message", (job: PasswordJob) => {
  try {
    parentPort?.postMessage({ answer: answer(job) }, []);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    parentPort?.postMessage({ error: message }, []);
  }
});
