/** What must hold in the stock ledger. Each counts the rows that must not be. */
import type { Sql } from "../../../lib/sql.ts";

/** Nothing is promised that is not there; a check constraint says so too, and this looks whether it does. */
export const oversold = (sql: Sql): Promise<number> =>
  counted(sql, "select count(*) as n from stock where reserved > on_hand + shortage");

const counted = async (sql: Sql, text: string): Promise<number> =>
  (await sql.row<{ n: number }>(text))?.n ?? 0;
