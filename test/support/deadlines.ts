/**
 * Gives every test and hook its deadline, and fails the one in which a promise was rejected that nobody
 * awaits: the runner that shares modules between files of tests does neither. Loaded once in each worker.
 */
import { setImmediate } from "node:timers/promises";
import { addEventHandler } from "jest-circus";
// Numbers of the database are read by the tests as the product reads them, whichever file comes first.
import "../../lib/sql.ts";

/** Long enough for a machine with three times as much to do as it can. */
const DEADLINE_MS = 120_000;

type Run = (...values: unknown[]) => unknown;

addEventHandler((event, { currentDescribeBlock: { children, hooks } }) => {
  if (event.name !== "add_test" && event.name !== "add_hook") return;
  const added = event.name === "add_test" ? children.at(-1) : hooks.at(-1);
  if (added && "fn" in added && added.fn) {
    added.fn = within(
      Math.max(event.timeout ?? 0, DEADLINE_MS),
      added.fn as Run,
    ) as typeof added.fn;
  }
});

/** A test may await one promise after another, so that a rejection counts only when the test is over. */
const unhandled = new Map<Promise<unknown>, unknown>();
process.on("unhandledRejection", (reason, promise) => unhandled.set(promise, reason));
process.on("rejectionHandled", (promise) => unhandled.delete(promise));

function within(ms: number, run: Run): Run {
  return async () => {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error(`Not done within ${ms} ms.`)), ms);
    try {
      await Promise.race([run(), late.promise]);
    } finally {
      clearTimeout(timer);
    }
    await setImmediate();
    const [reason] = unhandled.values();
    unhandled.clear();
    if (reason !== undefined)
      throw new Error("A promise was rejected that nobody awaits.", { cause: reason });
  };
}
