import type { Tx } from "../../../lib/sql.ts";
import { CartFull } from "../contract/failures.ts";
import { lockGuestCarts, lockOwner } from "../store/carts.store.ts";
import type { CartsService } from "../carts.types.ts";
import { mergeCart } from "./mergeCart.ts";

/**
 * All open carts of a guest become the customer's, or those that there were at the moment `at`. What
 * would not fit stays as it is, for who has the token; `carts.merge` says why. Repeating it does no
 * more.
 */
export async function mergeGuest(
  service: CartsService,
  tx: Tx,
  customerId: string,
  { tokenSha256, at }: { readonly tokenSha256: Buffer; readonly at?: string },
): Promise<void> {
  const sql = service.db.in(tx);
  await lockOwner(sql, customerId);
  for (const guest of await lockGuestCarts(sql, tokenSha256, at)) {
    try {
      await mergeCart(service, tx, customerId, guest);
    } catch (error) {
      if (!CartFull.is(error)) throw error;
      service.logger.info(
        `The cart ${guest.id} stays a guest's: ${customerId}'s would be too full.`,
      );
    }
  }
}
