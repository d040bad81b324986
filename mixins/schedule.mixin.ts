import type { Service, ServiceSchema } from "moleculer";
import { runInContext } from "../lib/request-context.ts";
import { mixin } from "../lib/bus.ts";
import { singleFlight } from "../lib/single-flight.ts";
import { isPassing } from "../lib/sql.ts";

export interface ScheduledJob<S> {
  readonly everyMs: number;
  /** Runs on every node, never twice at once on one. What may happen once only locks its rows. */
  readonly run: (service: S) => Promise<void>;
  /** When a run is given up that has not come back, so that the next one may begin. */
  readonly limitMs?: number;
}
const LIMIT_MS = 900_000;
type Self = Service & { scheduledJobs: { timer: NodeJS.Timeout; run: () => Promise<void> }[] };

/** Gives a service things to do again and again. */
export function Schedule<S>(
  jobs: Readonly<Record<string, ScheduledJob<S>>>,
): Partial<ServiceSchema> {
  return mixin({
    started(this: Self) {
      this.scheduledJobs = Object.entries(jobs).map(
        ([name, { everyMs, run, limitMs = LIMIT_MS }]) => {
          const failed = (error: unknown) => {
            const text = `${name} could not be done; it will be tried at its next turn.`;
            if (isPassing(error)) this.logger.debug(text, error);
            else this.logger.error(text, error);
          };
          const work = () =>
            runInContext({ action: `${this.name}.${name}` }, async () => run(this as S));
          const limit = { ms: limitMs, onExceeded: failed };
          const once = singleFlight(() => work().catch(failed), { limit });
          return { run: once, timer: setInterval(() => void once(), everyMs) };
        },
      );
    },
    stopped(this: Self) {
      for (const { timer } of this.scheduledJobs) clearInterval(timer);
    },
  });
}
