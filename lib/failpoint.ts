/**
 * Places where a test may end or stop the process: before and after every commit, every writing
 * statement outside a transaction, and every call. A point is named after what was being done (the
 * action, the reaction `on.<event>`, the duty, the step of a process: `checkout.pay`) and the line of
 * the service that did it: `commit.payments.pay.after at flows/ask.ts:57`.
 * They cost one comparison while they are not in use. `config.fault.record` names a file that notes
 * what was passed, a line each, so that a test finds new points by itself. `config.fault.point`
 * names a folder: a point is armed by a file there, with the signal to be sent (`armedAs`).
 */
import { appendFileSync, existsSync, readFileSync, unlinkSync } from "node:fs";
import path from "node:path";
import { config } from "../config.ts";

const { point: folder, record } = config.failpoint;

/** Callers skip building names where no failpoint is in use. */
export const failpointsInUse = folder !== undefined || record !== undefined;

/**
 * Passes a point. Among all processes with the same folder, the first one that passes an armed
 * point gets the signal.
 */
export function failpoint(name: string): void {
  if (!failpointsInUse) return;
  const point = `${name}${callSite()}`;
  if (record !== undefined) appendFileSync(record, `${point}\n`);
  const signal = folder === undefined ? undefined : isHit(path.join(folder, armedAs(point)));
  if (signal !== undefined) process.kill(process.pid, signal);
}

/** Returns the name of the file that arms a point. The process that passes the point removes it. */
export const armedAs = (point: string): string => encodeURIComponent(point);

function isHit(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const signal = readFileSync(file, "utf8");
    unlinkSync(file);
    return signal;
  } catch (error) {
    // Another process has passed at the same moment.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Deep enough to include the caller that began the commit. */
const FRAMES = 60;
/** Matches the nearest line of a service; a saga's own line counts as none. */
const NEAREST = /\/(?:services\/[^/]+\/(\S+?:\d+)|lib\/saga\.ts:\d+):\d+\)?$/m;

/** Returns the line of the service that commits, because one action commits several times. */
function callSite(): string {
  const usual = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES;
  const { stack = "" } = new Error();
  Error.stackTraceLimit = usual;
  const [, line] = NEAREST.exec(stack) ?? [];
  return line === undefined ? "" : ` at ${line}`;
}
