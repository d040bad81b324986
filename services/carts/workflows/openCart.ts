/** Judging whether a cart may be seen or changed, the same for every action. */
import type { Sql } from "../../../lib/sql.ts";
import { CartChanged, CartInCheckout, CartNotFound, CartOrdered } from "../contract/failures.ts";
import { differencesOf } from "../domain/changes.ts";
import { canUse, type Owned, type Shopper } from "../domain/shopper.ts";
import { type CartRow, changesAfter } from "../store/carts.store.ts";

/** Treats another person's cart as missing, so that ids cannot be probed. @throws CartNotFound */
export function ownCart<C extends Owned>(shopper: Shopper, cartId: string, cart: C | undefined): C {
  if (!cart || !canUse(cart, shopper)) throw CartNotFound({ cartId });
  return cart;
}

/** @throws CartInCheckout, CartOrdered (409) */
export function assertOpen({ id: cartId, state, order_id: orderId }: CartRow): void {
  if (state === "open") return;
  const data = { cartId, orderId: orderId ?? "" };
  throw state === "frozen" ? CartInCheckout(data) : CartOrdered(data);
}

/** @throws CartChanged (409) with what is different from the `version` that the shopper saw. */
export async function assertVersion(sql: Sql, cart: CartRow, seen: number | undefined) {
  if (seen === undefined || seen === cart.version) return;
  const differences = differencesOf(await changesAfter(sql, cart.id, seen));
  throw CartChanged({ cartId: cart.id, version: cart.version, differences });
}
