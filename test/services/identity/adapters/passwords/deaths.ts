/** Ends the thread in which it is imported when a certain password comes. */
import { parentPort } from "node:worker_threads";

const DEATHS: Readonly<Record<string, () => void>> = {
  exit: () => process.exit(3),
  throw: () => {
    throw new Error("struck");
  },
  hang: () => {
    for (;;);
  },
};

parentPort?.addEventListener("message", (event) => {
  const { data: job } = event as Event & { data: { password: string } };
  const death = DEATHS[job.password];
  if (death) event.stopImmediatePropagation();
  death?.();
});
