import { json, object } from "../../../lib/shape.ts";
import { table } from "../../../lib/table.ts";
import { Store } from "../contract/store.ts";

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
