import type { Sql } from "../../../lib/sql.ts";
import { type Stocktake, StocktakeClosed, StocktakeNotFound } from "../inventory.contract.ts";
import { findStocktake, lockStocktake } from "./stocktakes.store.ts";

/** @throws StocktakeNotFound (404) */
export async function stocktakeOf(
  sql: Sql,
  stocktakeId: string,
  find = findStocktake,
): Promise<Stocktake> {
  const found = await find(sql, stocktakeId);
  if (!found) throw StocktakeNotFound({ stocktakeId });
  return found;
}

/** Locks it. @throws StocktakeNotFound (404), StocktakeClosed (409), also while it is being closed */
export async function openStocktakeFor(sql: Sql, stocktakeId: string): Promise<Stocktake> {
  const found = await stocktakeOf(sql, stocktakeId, lockStocktake);
  if (found.state !== "open") throw StocktakeClosed({ stocktakeId });
  return found;
}
