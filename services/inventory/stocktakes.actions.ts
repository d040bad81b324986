import { handle } from "../../lib/bus.ts";
import { closeStocktake } from "./actions/closeStocktake.ts";
import { countStocktake } from "./actions/countStocktake.ts";
import { startStocktake } from "./actions/startStocktake.ts";
import { stocktake } from "./actions/stocktake.ts";
import {
  CloseStocktake,
  CountStocktake,
  GetStocktake,
  StartStocktake,
} from "./inventory.contract.ts";

/** What can be asked about counting. */
export const stocktakesActions = {
  stocktake: handle(GetStocktake, stocktake),
  startStocktake: handle(StartStocktake, startStocktake),
  countStocktake: handle(CountStocktake, countStocktake),
  closeStocktake: handle(CloseStocktake, closeStocktake),
};
