import { randomBytes } from "node:crypto";
import { v7 } from "uuid";
import { config } from "../../../config.ts";
import type { ActionHandler } from "../../../lib/bus.ts";
import { guestSha256 } from "../../../lib/guest-token.ts";
import type { StartCart } from "../carts.contract.ts";
import { MAX_OPEN_CARTS } from "../domain/cart.ts";
import { TooManyCarts } from "../contract/failures.ts";
import { principalOf, type Shopper, shopperOf } from "../domain/shopper.ts";
import { toCart } from "../workflows/toCart.ts";
import { countOpen, insertCart, lockOwner } from "../store/carts.store.ts";
import type { CartsService } from "../carts.types.ts";

export const start: ActionHandler<typeof StartCart, CartsService> = async (ctx, service) => {
  const { db } = service;
  const asking = shopperOf(ctx);
  const principal = principalOf(asking);
  const token = principal === undefined ? randomBytes(32).toString("base64url") : undefined;
  const owner: Shopper =
    token === undefined ? asking : { ...asking, tokenSha256: guestSha256(token) };
  const { currency = config.currency, storeId } = ctx.params;
  const { claim } = ctx.locals;

  const cartId = await db.transaction(async (tx) => {
    const sql = db.in(tx);
    const [, claimed, open] = await Promise.all([
      lockOwner(sql, principalOf(owner) ?? ""),
      claim?.take(sql),
      countOpen(sql, owner),
    ]);
    if (claimed?.fresh === false && claimed.resourceId !== undefined) return claimed.resourceId;
    if (open >= MAX_OPEN_CARTS) throw TooManyCarts({ limit: MAX_OPEN_CARTS });
    const id = v7();
    await Promise.all([insertCart(sql, { ...owner, id, currency, storeId }), claim?.keep(sql, id)]);
    return id;
  });
  const cart = await toCart(service, ctx, cartId);
  return token === undefined ? cart : { ...cart, token };
};
