import type { Handles } from "../../../lib/bus.ts";
import type { Sql } from "../../../lib/sql.ts";
import { CartUpdated, type MergeCart } from "../carts.contract.ts";
import { mergedCoupons, mergedLines } from "../domain/cart.ts";
import { CartNotFound } from "../domain/cart.failures.ts";
import type { Change } from "../domain/changes.ts";
import { shopperOf } from "../domain/shopper.ts";
import { updated } from "../steps/changeCart.ts";
import { ownCart } from "../steps/openCart.ts";
import { showCart } from "../steps/showCart.ts";
import * as carts from "../store/carts.store.ts";
import { putCoupons, putLines } from "../store/lines.store.ts";
import type { CartsService } from "../store/tables.ts";

export const merge: Handles<typeof MergeCart, CartsService> = async (ctx, service) => {
  const { cartId } = ctx.params;
  const { db } = service;
  const customerId = ctx.locals.caller.id;

  const mergedId = await db.transaction(async (tx) => {
    const sql = db.in(tx);
    await carts.lockOwner(sql, customerId);
    const locked = await carts.lockCart(sql, cartId);
    // Theirs already, because of an earlier merge or from the start.
    if (locked?.customer_id === customerId) return locked.merged_into ?? cartId;
    const guest = ownCart(shopperOf(ctx), cartId, locked);

    const mine = await carts.lockCurrent(sql, customerId);
    if (!mine) {
      await carts.takeOver(sql, cartId, customerId);
      db.publish(tx, CartUpdated, updated({ ...guest, customer_id: customerId }), cartId);
      return cartId;
    }
    const changes = await pourInto(sql, mine, guest);
    const away = await carts.mergeAway(sql, cartId, { id: mine.id, customerId });
    if (away !== 1) throw new Error(`The locked cart ${cartId} was not a guest's any more.`);
    if (changes.length === 0) return mine.id;
    const next = await carts.nextVersion(sql, mine, changes);
    if (!next) throw new Error(`The locked cart ${mine.id} was not open at ${mine.version}.`);
    db.publish(tx, CartUpdated, updated({ ...mine, ...next }), mine.id);
    return mine.id;
  });
  return showCart(service, ctx, mergedId);
};

/** Puts lines and coupons of `from` into `into`, both locked; answers what that changed. */
async function pourInto(sql: Sql, into: carts.CartRow, from: carts.CartRow): Promise<Change[]> {
  const target = await carts.findCart(sql, into.id);
  const source = await carts.findCart(sql, from.id);
  if (!target || !source) throw CartNotFound({ cartId: from.id });

  const lines = mergedLines(into.id, target.lines, source.lines);
  const coupons = mergedCoupons(target.coupons, source.coupons);
  await putLines(
    sql,
    into.id,
    lines.map(({ line }) => line),
  );
  await putCoupons(sql, into.id, coupons);
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
