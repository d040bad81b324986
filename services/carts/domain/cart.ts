import { CartFull, LineTooLarge } from "../contract/failures.ts";

const MAX_LINES = 100;
const MAX_QUANTITY = 9_999;
export const MAX_COUPONS = 5;
export const MAX_OPEN_CARTS = 20;

/** An item as it was when it was put into the cart. */
export interface Item {
  readonly variantId: string;
  readonly productId: string;
  readonly sku: string;
  readonly titleFr: string;
  readonly titleEn: string;
}
export interface Line extends Item {
  readonly quantity: number;
}

/**
 * Returns the quantity after adding `more` to `quantity` in a cart of `lines` lines; a `quantity`
 * of 0 means that there is no such line yet.
 * @throws CartFull, LineTooLarge (422)
 */
export function addedUp(
  { cartId, variantId }: { cartId: string; variantId: string },
  { lines, quantity }: { lines: number; quantity: number },
  more: number,
): number {
  if (quantity === 0 && lines >= MAX_LINES) throw CartFull({ cartId, limit: MAX_LINES });
  const sum = quantity + more;
  if (sum > MAX_QUANTITY) throw LineTooLarge({ variantId, quantity: sum, limit: MAX_QUANTITY });
  return sum;
}

/**
 * Returns the lines of the cart `into` that change when `from` is merged into it. Quantities above
 * the limit are cut instead of failing the sign-in.
 * @throws CartFull (422)
 */
export function mergedLines(
  cartId: string,
  into: readonly Line[],
  from: readonly Line[],
): { line: Line; before: number }[] {
  const there = new Map(into.map(({ variantId, quantity }) => [variantId, quantity]));
  const changes = from.map((line) => {
    const before = there.get(line.variantId) ?? 0;
    return { before, line: { ...line, quantity: Math.min(MAX_QUANTITY, before + line.quantity) } };
  });
  const fresh = changes.filter(({ before }) => before === 0).length;
  if (into.length + fresh > MAX_LINES) throw CartFull({ cartId, limit: MAX_LINES });
  return changes.filter(({ line, before }) => line.quantity !== before);
}

/** The coupons that come along: those that are not there yet, as many as fit. */
export const mergedCoupons = (into: readonly string[], from: readonly string[]): string[] =>
  from.filter((code) => !into.includes(code)).slice(0, MAX_COUPONS - into.length);
