/** What is said and noted of steps that fail. */
import { noteError, type Saga } from "./saga.rows.ts";
import type { SagaLog } from "./saga.types.ts";
import { isPassing, type Sql } from "./sql.ts";

/** From the fifth time on, a failure that should pass is no small matter. */
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

/** As an error, or quietly where it passes by itself and has not failed often before. */
export function report(log: SagaLog, text: string, error: unknown, attempt = 0): void {
  if (!isPassing(error)) log.error(text, error);
  else if (attempt + 1 >= STUCK_AFTER) log.warn(text, error);
  else log.debug(text, error);
}
