import type { Sql, Tx } from "../../../lib/sql.ts";
import { CartUpdated } from "../carts.contract.ts";
import { mergedCoupons, mergedLines } from "../domain/cart.ts";
import { CartNotFound } from "../contract/failures.ts";
import type { Change } from "../domain/changes.ts";
import * as carts from "../store/carts.store.ts";
import { upsertCoupons, upsertLines } from "../store/lines.store.ts";
import type { CartsService } from "../carts.types.ts";
import { updated } from "./changeCart.ts";

/**
 * A guest's open cart becomes the customer's: into their open cart, or as their cart if they have
 * none. Answers the id of the cart that it is now. The caller has locked the customer (`lockOwner`)
 * and the guest's cart, in this order, and knows that the customer may have it.
 * @throws CartFull (422) before anything is written: the guest's cart is as it was
 */
export async function mergeCart(
  { db }: CartsService,
  tx: Tx,
  customerId: string,
  guest: carts.CartRow,
): Promise<string> {
  const sql = db.in(tx);
  const mine = await carts.lockCurrent(sql, customerId);
  if (!mine) {
    const taken = await carts.adoptCart(sql, guest.id, customerId);
    if (taken !== 1) throw new Error(`The locked cart ${guest.id} was not a guest's any more.`);
    db.publish(tx, CartUpdated, updated({ ...guest, customer_id: customerId }), guest.id);
    return guest.id;
  }
  const changes = await pourInto(sql, mine, guest);
  const away = await carts.mergeAway(sql, guest.id, { id: mine.id, customerId });
  if (away !== 1) throw new Error(`The locked cart ${guest.id} was not a guest's any more.`);
  if (changes.length === 0) return mine.id;
  const next = await carts.nextVersion(sql, mine, changes);
  if (!next) throw new Error(`The locked cart ${mine.id} was not open at ${mine.version}.`);
  db.publish(tx, CartUpdated, updated({ ...mine, ...next }), mine.id);
  return mine.id;
}

/** Puts lines and coupons of `from` into `into`, both locked; answers what that changed. */
async function pourInto(sql: Sql, into: carts.CartRow, from: carts.CartRow): Promise<Change[]> {
  const target = await carts.findCart(sql, into.id);
  const source = await carts.findCart(sql, from.id);
  if (!target || !source) throw CartNotFound({ cartId: from.id });

  const lines = mergedLines(into.id, target.lines, source.lines);
  const coupons = mergedCoupons(target.coupons, source.coupons);
  await upsertLines(
    sql,
    into.id,
    lines.map(({ line }) => line),
  );
  await upsertCoupons(sql, into.id, coupons);
  return [
    ...lines.map(({ line, before }): Change => ({
      subject: "line",
      key: line.variantId,
      before,
      after: line.quantity,
    })),
    ...coupons.map((key): Change => ({ subject: "coupon", key, before: 0, after: 1 })),
  ];
}
