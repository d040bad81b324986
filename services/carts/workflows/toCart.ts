import type { Context } from "moleculer";
import { config } from "../../../config.ts";
import type { Language } from "../../../lib/failure.ts";
import type { Quote } from "../../pricing/pricing.contract.ts";
import type { Cart } from "../carts.contract.ts";
import { CartNotFound } from "../contract/failures.ts";
import { findCart, saveShownTotal, type FullCart } from "../store/carts.store.ts";
import type { CartsService } from "../carts.types.ts";
import type { Asking } from "./changeCart.ts";
import { type Quoted, quoteCart } from "./quoteCart.ts";

const NOTHING = { subtotalMinor: 0, discountMinor: 0, totalMinor: 0, taxMinor: 0 };

/**
 * The cart as its shopper sees it, at today's prices; the total is remembered as shown. Ask whether
 * they may see it before. @throws CartNotFound (404) if it has gone meanwhile
 */
export async function toCart(
  service: CartsService,
  ctx: Asking & Pick<Context, "call">,
  cartId: string,
  known?: FullCart,
): Promise<Cart> {
  const cart = known ?? (await findCart(service.db.sql, cartId));
  if (!cart || cart.state === "merged") throw CartNotFound({ cartId });
  const language = ctx.meta.language ?? config.language;
  const face = { ...faceOf(cart), state: cart.state };
  if (cart.lines.length === 0) {
    return { ...face, lines: [], refusedCoupons: [], priced: true, totals: NOTHING };
  }
  const { quote, reason, refused } = await quoteCart(service, ctx, cart);
  if (quote && quote.totalMinor !== cart.shown_total_minor)
    await saveShownTotal(service.db.sql, cart, quote.totalMinor);
  return {
    ...face,
    lines: linesOf(cart, quote, language),
    refusedCoupons: [...refused],
    ...pricesOf(quote, reason),
  };
}

const faceOf = (cart: FullCart) => ({
  id: cart.id,
  version: cart.version,
  currency: cart.currency,
  ...(cart.customer_id !== null && { customerId: cart.customer_id }),
  ...(cart.store_id !== null && { storeId: cart.store_id }),
  ...(cart.order_id !== null && { orderId: cart.order_id }),
  coupons: cart.coupons,
  createdAt: cart.created_at.toISOString(),
  changedAt: cart.changed_at.toISOString(),
  expiresAt: cart.expires_at.toISOString(),
});

function linesOf({ lines }: FullCart, quote: Quote | undefined, language: Language) {
  const prices = new Map(quote?.lines.map((line) => [line.variantId, line]));
  return lines.map(({ titleFr, titleEn, ...line }) => {
    const price = prices.get(line.variantId);
    return {
      ...line,
      title: language === "fr" ? titleFr : titleEn,
      ...(price && {
        unitMinor: price.unitMinor,
        discountMinor: price.discountMinor,
        totalMinor: price.totalMinor,
      }),
    };
  });
}

function pricesOf(quote: Quote | undefined, reason: Quoted["reason"]) {
  if (!quote) return { priced: false, ...(reason !== undefined && { unpricedReason: reason }) };
  const { subtotalMinor, discountMinor, totalMinor, taxMinor } = quote;
  return { priced: true, totals: { subtotalMinor, discountMinor, totalMinor, taxMinor } };
}
