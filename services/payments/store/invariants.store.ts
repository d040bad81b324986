/** What must hold in the books. Each counts the rows that must not be. */
import type { Sql } from "../../../lib/sql.ts";

/** Of the last day, so that it stays cheap: what is older was looked at when it was new. */
export const unbalanced = (sql: Sql): Promise<number> =>
  counted(
    sql,
    `select count(*) as n from (
       select tx, currency from entry where at > now() - interval '1 day'
       group by tx, currency having sum(amount) <> 0) x`,
  );

/** Money that is not ours and was not given back within an hour, or cannot be. */
export const unclaimed = (sql: Sql): Promise<number> =>
  counted(
    sql,
    `select count(*) as n from late_capture
     where state = 'failed'
        or state in ('requested', 'sent') and created_at < now() - interval '1 hour'`,
  );

/** Words of a provider that nobody could read for ten minutes. */
export const unread = (sql: Sql): Promise<number> =>
  counted(
    sql,
    `select count(*) as n from psp_event
     where processed_at is null and received_at < now() - interval '10 minutes'`,
  );

const counted = async (sql: Sql, text: string): Promise<number> =>
  (await sql.row<{ n: number }>(text))?.n ?? 0;
