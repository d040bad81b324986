import { countingWatched, type Invariant } from "../../lib/invariants.ts";
import type { Sql } from "../../lib/sql.ts";

/** What nodes show of an invariant that they watch: how many violations there are. */
export function watched(invariants: readonly Invariant[], name: string) {
  const found = invariants.find((one) => one.watched?.as === name);
  if (!found) throw new Error(`Nothing is watched as ${name}.`);
  return async (sql: Sql): Promise<number> =>
    (await sql.row<{ n: number }>(...countingWatched(found)))?.n ?? NaN;
}
