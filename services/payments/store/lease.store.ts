/** Leases of rows that workers have taken: whose they are while they are worked on. */
import type { Sql } from "../../../lib/sql.ts";

/** Renewed while the work lasts. A node that dies leaves its rows to others after this time. */
export const LEASE_MS = 10_000;
/** As SQL, for the statements that take rows. */
export const LEASE = `now() + ${LEASE_MS} * interval '1 millisecond'`;
/** What nobody works on. */
export const FREE = "(leased_until is null or leased_until <= now())";

export type Leased = "payment" | "refund" | "late_capture" | "psp_event";

const statementsFor = (table: Leased, key: string) => ({
  renew: `update ${table} set leased_until = ${LEASE} where ${key} and leased_until is not null`,
  release: `update ${table} set leased_until = null where ${key} and leased_until is not null`,
});
const STATEMENTS = {
  payment: statementsFor("payment", "id = $1"),
  refund: statementsFor("refund", "id = $1"),
  late_capture: statementsFor("late_capture", "id = $1"),
  psp_event: statementsFor("psp_event", "psp = $1 and event_id = $2"),
} as const satisfies Record<Leased, object>;

/** Lets nobody else take the row for another `LEASE_MS`. */
export const renewLease = (sql: Sql, table: Leased, key: readonly string[]): Promise<number> =>
  sql.run(STATEMENTS[table].renew, key);
/** The row may be taken again once it is due. */
export const releaseLease = (sql: Sql, table: Leased, key: readonly string[]): Promise<number> =>
  sql.run(STATEMENTS[table].release, key);
