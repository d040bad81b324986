import type { Context } from "moleculer";
import { call } from "../../../lib/bus.ts";
import { type Quote, QuoteFor } from "../../pricing/pricing.contract.ts";
import type { FullCart } from "../store/carts.store.ts";
import type { CartsService } from "../carts.types.ts";

/** A shopper does not wait longer for prices to see what is in the cart. */
const TIMEOUT_MS = 2_000;

export interface Quoted {
  /** Missing when there are no prices; then `reason` is the type of the failure. */
  readonly quote?: Quote;
  readonly reason?: string;
  readonly refused: readonly { code: string; reason: string }[];
}
interface Refusal {
  readonly type?: string;
  readonly data?: { readonly code?: string };
}
const typeOf = (error: unknown) => (error as Refusal).type ?? "UNEXPECTED";
const isOfCoupon = (error: unknown) => typeOf(error).startsWith("COUPON_");

/** Asks pricing for the cart's cost today with `coupons`. Failures of pricing are passed on. */
export const askPrices = (
  ctx: Pick<Context, "call">,
  cart: Pick<FullCart, "lines" | "currency" | "customer_id">,
  coupons: readonly string[],
): Promise<Quote> =>
  call(
    ctx,
    QuoteFor,
    {
      lines: cart.lines.map(({ variantId, quantity }) => ({ variantId, quantity })),
      currency: cart.currency,
      ...(coupons.length > 0 && { coupons: [...coupons] }),
      ...(cart.customer_id !== null && { customerId: cart.customer_id }),
    },
    { timeout: TIMEOUT_MS, retries: 0 },
  );

/** Quotes the cart and never fails: it leaves out invalid coupons, and prices without pricing. */
export async function quoteCart(
  { logger }: CartsService,
  ctx: Pick<Context, "call">,
  cart: FullCart,
): Promise<Quoted> {
  const refused: { code: string; reason: string }[] = [];
  let coupons = cart.coupons;
  for (;;) {
    try {
      return { quote: await askPrices(ctx, cart, coupons), refused };
    } catch (error) {
      const reason = typeOf(error);
      if (!isOfCoupon(error) || coupons.length === 0) {
        logger.warn(`The cart ${cart.id} is shown without prices.`, error);
        return { reason, refused };
      }
      // When it does not say which one it is, none of them is in the price.
      const named = coupons.filter((code) => code === (error as Refusal).data?.code);
      const bad = named.length > 0 ? named : coupons;
      refused.push(...bad.map((code) => ({ code, reason })));
      coupons = coupons.filter((code) => !bad.includes(code));
    }
  }
}
