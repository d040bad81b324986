import type { Caller, Meta } from "../../../lib/bus.ts";
import type { KeyClaim } from "../../../lib/idempotent-call.ts";
import type { Sql } from "../../../lib/sql.ts";
import { CartUpdated } from "../carts.contract.ts";
import type { Change } from "../domain/changes.ts";
import { shopperOf } from "../domain/shopper.ts";
import { type CartRow, lockCart, nextVersion } from "../store/carts.store.ts";
import type { CartsService } from "../carts.types.ts";
import { assertOpen, assertVersion, ownCart } from "./openCart.ts";

/** The caller and parameters of an action on a cart. */
export interface Asking {
  readonly meta: Meta;
  readonly locals: { readonly caller: Caller | undefined };
}
interface Wanted {
  readonly cartId: string;
  /** The version that the shopper saw, if they sent it. */
  readonly version?: number;
  /** The request's key, for changes that add up. */
  readonly claim?: KeyClaim | undefined;
}

/**
 * Changes a cart in one transaction under its lock: checks owner, state and version, then runs
 * `change`, raises the version and publishes the event. A change of nothing makes no version. A key
 * that was used for the same request before makes it do nothing.
 * @throws CartNotFound (404), CartInCheckout, CartOrdered, CartChanged (409), KeyReused (422)
 */
export async function changeCart(
  { db }: CartsService,
  asking: Asking,
  { cartId, version: seen, claim }: Wanted,
  change: (sql: Sql, cart: CartRow) => Promise<readonly Change[]>,
): Promise<void> {
  const shopper = shopperOf(asking);
  await db.transaction(async (tx) => {
    const sql = db.in(tx);
    const [locked, claimed] = await Promise.all([lockCart(sql, cartId), claim?.take(sql)]);
    const cart = ownCart(shopper, cartId, locked);
    if (claimed?.fresh === false) return;
    assertOpen(cart);
    await assertVersion(sql, cart, seen);
    const changes = await change(sql, cart);
    if (changes.length === 0) return;

    const next = await nextVersion(sql, cart, changes);
    if (!next) throw new Error(`The locked cart ${cartId} was not open at ${cart.version}.`);
    db.publish(tx, CartUpdated, updated({ ...cart, ...next }), cartId);
  });
}

export const updated = (cart: Pick<CartRow, "id" | "customer_id" | "version">) => ({
  cartId: cart.id,
  ...(cart.customer_id !== null && { customerId: cart.customer_id }),
  version: cart.version,
});
