import { json, object } from "../../../lib/shape.ts";
import { table } from "../../../lib/table.ts";
import { Store } from "../contract/store.ts";
import { Stocktake } from "../contract/stocktakes.ts";
import { Transfer } from "../contract/transfer.shapes.ts";

/** Stores and warehouses. The ledger's virtual locations are rows of `location` too, and none of these. */
export const Stores = table("location", {
  shape: object(Store.properties),
  columns: { configuration: json() },
  only: { kind: ["store", "warehouse"] },
  filters: ["kind"],
  search: ["search_text"],
  sorts: { name: "name" },
  archive: "closedAt",
});

const { lines: _, ...transfer } = Transfer.properties;
/** Without their lines. */
export const Transfers = table("transfer", {
  shape: object(transfer),
  names: { fromStoreId: "from_location", toStoreId: "to_location" },
  sorts: {},
});

export const Stocktakes = table("stocktake", {
  shape: object(Stocktake.properties),
  names: { storeId: "location_id" },
  sorts: {},
});
