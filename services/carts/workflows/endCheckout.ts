import type { Tx } from "../../../lib/sql.ts";
import { CartConverted, CartUpdated } from "../carts.contract.ts";
import { convertCart, thawCart } from "../store/checkout.store.ts";
import type { CartsService } from "../carts.types.ts";
import { updated } from "./changeCart.ts";

/** Reopens the cart of an abandoned order, and only its own. A repetition does nothing. */
export async function reopen({ db }: CartsService, tx: Tx, orderId: string): Promise<void> {
  const cart = await thawCart(db.in(tx), orderId);
  if (cart) db.publish(tx, CartUpdated, updated(cart), cart.id);
}

/** The order is paid: its cart has done its work. The second time does nothing. */
export async function convert({ db }: CartsService, tx: Tx, orderId: string): Promise<void> {
  const cart = await convertCart(db.in(tx), orderId);
  if (cart) db.publish(tx, CartConverted, { cartId: cart.id, orderId }, cart.id);
}
