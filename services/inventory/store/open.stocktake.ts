import type { Caller } from "../../../lib/bus.ts";
import type { Sql } from "../../../lib/sql.ts";
import { reaches } from "../domain/scope.ts";
import { type Stocktake, StocktakeClosed, StocktakeNotFound } from "../inventory.contract.ts";
import { findStocktake, lockStocktake } from "./stocktakes.store.ts";

/** @throws StocktakeNotFound (404), also for who may not see it */
export async function stocktakeFor(
  sql: Sql,
  caller: Caller,
  stocktakeId: string,
  find = findStocktake,
): Promise<Stocktake> {
  const found = await find(sql, stocktakeId);
  if (!found || !reaches(caller, found.storeId)) throw StocktakeNotFound({ stocktakeId });
  return found;
}

/** Locks it. @throws StocktakeNotFound (404), StocktakeClosed (409), also while it is being closed */
export async function openStocktakeFor(
  sql: Sql,
  caller: Caller,
  stocktakeId: string,
): Promise<Stocktake> {
  const found = await stocktakeFor(sql, caller, stocktakeId, lockStocktake);
  if (found.state !== "open") throw StocktakeClosed({ stocktakeId });
  return found;
}
