import { stale } from "../../../middlewares/stale.middleware.ts";
import type { CatalogService, Tx } from "./tables.ts";

const PRODUCTS = ["list", "get", "search", "suggest", "snapshot", "categories"].map(
  (action) => `catalog.${action}`,
);
const told = new WeakSet<Tx>();

/** Once `tx` has committed, kept answers are no longer right, on any node: said once per transaction. */
export function staleAfter({ db, broker }: CatalogService, tx: Tx): void {
  if (told.has(tx)) return;
  told.add(tx);
  db.afterCommit(tx, () => void stale(broker, ...PRODUCTS));
}
