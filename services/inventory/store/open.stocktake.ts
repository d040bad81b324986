import type { Caller } from "../../../lib/bus.ts";
import type { Sql } from "../../../lib/sql.ts";
import { reaches } from "../domain/scope.ts";
import { type Stocktake, StocktakeClosed, StocktakeNotFound } from "../inventory.contract.ts";
import { lockStocktake } from "./stocktakes.store.ts";

/** @throws StocktakeNotFound (404), also for who may not see it; StocktakeClosed (409) */
export async function openStocktakeFor(
  sql: Sql,
  caller: Caller,
  stocktakeId: string,
): Promise<Stocktake> {
  const found = await lockStocktake(sql, stocktakeId);
  if (!found || !reaches(caller, found.storeId)) throw StocktakeNotFound({ stocktakeId });
  if (found.state === "closed") throw StocktakeClosed({ stocktakeId });
  return found;
}
