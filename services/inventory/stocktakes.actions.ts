import { handle } from "../../lib/bus.ts";
import { closeStocktake } from "./actions/closeStocktake.ts";
import { countStocktake } from "./actions/countStocktake.ts";
import { startStocktake } from "./actions/startStocktake.ts";
import { stocktake } from "./actions/stocktake.ts";
import { stocktakeLines } from "./actions/stocktakeLines.ts";
import { stocktakes } from "./actions/stocktakes.ts";
import {
  CloseStocktake,
  CountStocktake,
  GetStocktake,
  ListStocktakeLines,
  ListStocktakes,
  StartStocktake,
} from "./inventory.contract.ts";

/** What can be asked about counting. */
export const stocktakesActions = {
  stocktake: handle(GetStocktake, stocktake),
  stocktakeLines: handle(ListStocktakeLines, stocktakeLines),
  stocktakes: handle(ListStocktakes, stocktakes),
  startStocktake: handle(StartStocktake, startStocktake),
  countStocktake: handle(CountStocktake, countStocktake),
  closeStocktake: handle(CloseStocktake, closeStocktake),
};
