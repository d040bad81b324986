import type { Tx } from "../../../lib/sql.ts";
import { VariantCreated, VariantImported } from "../catalog.contract.ts";
import type { SaidStock, WholeVariant } from "../domain/whole.ts";
import type { KnownVariant, VariantToPut } from "./products.store.ts";
import type { CatalogDb } from "./tables.ts";

interface Said {
  readonly taxClass: string;
  readonly taxClassBefore: string | undefined;
  readonly before: readonly KnownVariant[];
  readonly variants: readonly VariantToPut[];
}

/**
 * Tells pricing and inventory of new variants, and of those of which something else is said now than
 * before. Stock is told again only when another number is said: what was sold since must not come
 * back with a corrected description.
 */
export function tellVariants(
  db: CatalogDb,
  tx: Tx,
  { currency, importId }: { currency: string; importId: string },
  { taxClass, taxClassBefore, before, variants }: Said,
): void {
  const known = new Map(before.map((one) => [one.id, one]));
  for (const { id, productId, said } of variants) {
    const had = known.get(id);
    const whole = { variantId: id, productId, sku: said.sku, taxClass, currency };
    const { stocked } = said;
    if (!had) {
      const stock = stocked ? [...said.stock] : [];
      db.publish(tx, VariantCreated, { ...whole, stocked, ...priceOf(said), stock }, id);
      continue;
    }
    const otherPrice = isOtherPrice(said, had);
    const stock = isOtherStock(said.stock, had.said_stock) ? [...said.stock] : [];
    const otherwise = taxClass !== taxClassBefore || stocked !== had.stocked || had.archived;
    if (!otherwise && stock.length === 0 && !otherPrice) continue;
    const price = otherPrice ? priceOf(said) : {};
    db.publish(tx, VariantImported, { ...whole, stocked, ...price, stock, importId }, id);
  }
}

const priceOf = ({ priceMinor, compareAtMinor }: WholeVariant) => ({
  priceMinor,
  ...(compareAtMinor !== undefined && { compareAtMinor }),
});

const isOtherPrice = ({ priceMinor, compareAtMinor = 0 }: WholeVariant, had: KnownVariant) =>
  priceMinor !== had.price_minor ||
  (compareAtMinor > priceMinor ? compareAtMinor : null) !== had.compare_at_minor;

function isOtherStock(said: readonly SaidStock[], before: readonly SaidStock[]): boolean {
  const keyOf = (stock: readonly SaidStock[]) =>
    stock
      .map(({ storeCode, quantity }) => `${storeCode ?? ""}=${quantity}`)
      .sort()
      .join(" ");
  return keyOf(said) !== keyOf(before);
}
