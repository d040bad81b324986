import { removeExpired as remove } from "../store/checkout.store.ts";
import type { CartsService } from "../carts.types.ts";

const AT_ONCE = 500;

/** Removes what nobody has changed for 30 days. Carts that became orders are kept. */
export async function removeExpired({ db }: CartsService): Promise<void> {
  while ((await remove(db.sql, AT_ONCE)) === AT_ONCE);
}
