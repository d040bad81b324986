/** Messages and records of failed steps. */
import { noteError, type Saga } from "./saga.rows.ts";
import type { SagaLog } from "./saga.types.ts";
import { isPassing, type Sql } from "./sql.ts";

/** From this many tries on, a transient failure is logged as a warning. */
const STUCK_AFTER = 5;

/** Logs that a step failed and notes it, so that it is due again later. Never throws. */
export async function stepFailed(
  sql: Sql,
  log: SagaLog,
  saga: Saga<unknown>,
  error: unknown,
): Promise<void> {
  const { id, kind, step, attempt } = saga;
  const which = `The step ${step} of ${kind} ${id}`;
  report(log, `${which} failed (attempt ${attempt + 1}); it will be tried again.`, error, attempt);
  try {
    await noteError(sql, saga, error);
  } catch (alsoFailed) {
    report(log, `${which} failed, which could not be noted; its lease runs out.`, alsoFailed);
  }
}

/** Logs an error; a transient one at debug level first, and as a warning when it persists. */
export function report(log: SagaLog, text: string, error: unknown, attempt = 0): void {
  if (!isPassing(error)) log.error(text, error);
  else if (attempt + 1 >= STUCK_AFTER) log.warn(text, error);
  else log.debug(text, error);
}
