import { handle } from "../../lib/bus.ts";
import { adjust } from "./actions/adjust.ts";
import { availability } from "./actions/availability.ts";
import { ledger } from "./actions/ledger.ts";
import { levels } from "./actions/levels.ts";
import { proof } from "./actions/proof.ts";
import { stock } from "./actions/stock.ts";
import { stocks } from "./actions/stocks.ts";
import {
  AdjustStock,
  GetAvailability,
  GetLevels,
  GlobalStock,
  ListLedger,
  ListStocks,
  ProveStock,
} from "./inventory.contract.ts";

/** What can be asked about how many there are. */
export const stocksActions = {
  adjust: handle(AdjustStock, adjust),
  availability: handle(GetAvailability, availability),
  ledger: handle(ListLedger, ledger),
  levels: handle(GetLevels, levels),
  proof: handle(ProveStock, proof),
  stock: handle(GlobalStock, stock),
  stocks: handle(ListStocks, stocks),
};
