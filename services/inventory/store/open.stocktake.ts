import type { Sql } from "../../../lib/sql.ts";
import { type Stocktake, StocktakeClosed, StocktakeNotFound } from "../inventory.contract.ts";
import { Stocktakes } from "./tables.ts";

/** @throws StocktakeNotFound (404) */
export async function stocktakeOf(
  sql: Sql,
  stocktakeId: string,
  how: "find" | "lock" = "find",
): Promise<Stocktake> {
  const found = await Stocktakes[how](sql, stocktakeId);
  if (!found) throw StocktakeNotFound({ stocktakeId });
  return found;
}

/** Locks it. @throws StocktakeNotFound (404), StocktakeClosed (409), also while it is being closed */
export async function openStocktakeFor(sql: Sql, stocktakeId: string): Promise<Stocktake> {
  const found = await stocktakeOf(sql, stocktakeId, "lock");
  if (found.state !== "open") throw StocktakeClosed({ stocktakeId });
  return found;
}
