import type { Reacts } from "../../../mixins/events.mixin.ts";
import type { VariantCreated } from "../../catalog/catalog.contract.ts";
import type { InventoryService } from "../inventory.types.ts";
import { saveUnplaced, placesOf, upsertVariant, receiveFirst } from "../store/unplaced.store.ts";

/** Receives the first stock of a new variant at the stores that the catalogue declares. */
export const onVariantCreated: Reacts<typeof VariantCreated, InventoryService> = async (
  { id: commandId, data },
  tx,
  { db },
) => {
  const sql = db.in(tx);
  const { variantId, stocked } = data;
  await upsertVariant(sql, data);
  if (!stocked) return;
  const { placed, unplaced } = await placesOf(sql, data.stock);
  await receiveFirst(db, tx, { commandId, variantId }, placed);
  await saveUnplaced(sql, { commandId, variantId }, unplaced);
};
