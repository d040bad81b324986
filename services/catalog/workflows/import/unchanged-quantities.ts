import type { ImportIssue } from "../../../../lib/imports.ts";
import { nameOf } from "../../domain/import/columns.ts";
import { issueAt } from "../../domain/import/issues.ts";
import type { ImportedProduct, ImportedVariant } from "../../domain/import/imported.ts";
import type { NamedVariantRow } from "../../store/export.store.ts";
import { type LiveStock, saidOf } from "./stock.ts";

/**
 * Adds notes to the report: a number that is the same as last time does not restore what was sold
 * since; a merchant who meant it as a count must know that it was ignored.
 */
export function unchangedQuantities(
  items: readonly ImportedProduct[],
  known: readonly NamedVariantRow[],
  live: LiveStock,
): ImportIssue[] {
  const bySku = new Map(known.map((variant) => [`${variant.handle} ${variant.sku}`, variant]));
  return items.flatMap(({ handle, variants }) =>
    variants.flatMap((variant) => {
      const had = bySku.get(`${handle} ${variant.sku}`);
      return had && variant.trackInventory !== false ? unchangedQuantity(variant, had, live) : [];
    }),
  );
}

function unchangedQuantity(
  { line, quantity }: ImportedVariant,
  had: NamedVariantRow,
  live: LiveStock,
): ImportIssue[] {
  const there = live.onHand.get(had.id);
  if (
    quantity === undefined ||
    there === undefined ||
    there === quantity ||
    saidOf(had, live) !== quantity
  )
    return [];
  const words = { value: String(quantity), there };
  return [issueAt(line, nameOf("quantity"), "QUANTITY_KEPT", words)];
}
