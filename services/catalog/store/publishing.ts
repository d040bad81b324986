import type { Tx } from "../../../lib/sql.ts";
import { VariantCreated, VariantUpdated } from "../catalog.contract.ts";
import type { DeclaredStock, FullVariant } from "../domain/full-product.ts";
import type { KnownVariant, VariantToPut } from "./products.store.ts";
import type { CatalogDb } from "../catalog.types.ts";

interface DeclaredVariant {
  readonly taxClass: string;
  readonly taxClassBefore: string | undefined;
  readonly before: readonly KnownVariant[];
  readonly variants: readonly VariantToPut[];
}

/**
 * Publishes new variants to pricing and inventory, and those whose declaration has changed. Stock
 * is published again only with another number: a corrected description must not restore what was
 * sold since.
 */
export function publishVariants(
  db: CatalogDb,
  tx: Tx,
  { currency, importId }: { currency: string; importId: string },
  { taxClass, taxClassBefore, before, variants }: DeclaredVariant,
): void {
  const known = new Map(before.map((one) => [one.id, one]));
  for (const { id, productId, input } of variants) {
    const had = known.get(id);
    const full = { variantId: id, productId, sku: input.sku, taxClass, currency };
    const { stocked } = input;
    if (!had) {
      const stock = stocked ? [...input.stock] : [];
      db.publish(tx, VariantCreated, { ...full, stocked, ...priceOf(input), stock }, id);
      continue;
    }
    const otherPrice = isOtherPrice(input, had);
    const stock = isOtherStock(input.stock, had.said_stock) ? [...input.stock] : [];
    const otherwise = taxClass !== taxClassBefore || stocked !== had.stocked || had.archived;
    if (!otherwise && stock.length === 0 && !otherPrice) continue;
    const price = otherPrice ? priceOf(input) : {};
    db.publish(tx, VariantUpdated, { ...full, stocked, ...price, stock, importId }, id);
  }
}

const priceOf = ({ priceMinor, compareAtMinor }: FullVariant) => ({
  priceMinor,
  ...(compareAtMinor !== undefined && { compareAtMinor }),
});

const isOtherPrice = ({ priceMinor, compareAtMinor = 0 }: FullVariant, had: KnownVariant) =>
  priceMinor !== had.price_minor ||
  (compareAtMinor > priceMinor ? compareAtMinor : null) !== had.compare_at_minor;

function isOtherStock(input: readonly DeclaredStock[], before: readonly DeclaredStock[]): boolean {
  const keyOf = (stock: readonly DeclaredStock[]) =>
    stock
      .map(({ storeCode, quantity }) => `${storeCode ?? ""}=${quantity}`)
      .sort()
      .join(" ");
  return keyOf(input) !== keyOf(before);
}
