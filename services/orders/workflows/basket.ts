/** Collects an order's lines and prices from the services that have them. Nothing is written. */
import { v7 } from "uuid";
import { call, type CanCall } from "../../../lib/bus.ts";
import { FreezeCart } from "../../carts/carts.contract.ts";
import {
  NotSellable,
  SnapshotVariants,
  type VariantSnapshot,
} from "../../catalog/catalog.contract.ts";
import { type Quote, QuoteFor } from "../../pricing/pricing.contract.ts";
import { sellable } from "../domain/draft.ts";
import type { Wanted } from "../domain/wanted.ts";

export interface Basket {
  readonly orderId: string;
  readonly customerId: string;
  readonly cartId?: string;
  readonly storeId?: string | undefined;
  readonly currency?: string;
  readonly coupons: readonly string[];
  readonly lines: readonly { readonly variantId: string; readonly quantity: number }[];
  /** The total that the customer has seen. */
  readonly agreedMinor?: number | undefined;
  /** Snapshots of variants that were read already. */
  readonly variants?: readonly VariantSnapshot[];
}
interface Ask {
  readonly customerId: string;
  readonly storeId?: string | undefined;
  readonly coupons?: readonly string[] | undefined;
  readonly expectedTotalMinor?: number | undefined;
}

/**
 * A cart is frozen by this, and gives the order its id if it was frozen before.
 * @throws CartNotFound, CartEmpty, CartChanged of carts; NotSellable (422)
 */
export async function basketOf(from: CanCall, wanted: Wanted, ask: Ask): Promise<Basket> {
  const { customerId, storeId, coupons = [], expectedTotalMinor } = ask;
  const orderId = v7();
  const direct = { orderId, customerId, storeId, coupons, agreedMinor: expectedTotalMinor };
  if ("cartId" in wanted) {
    const cart = await call(from, FreezeCart, { ...wanted, orderId, customerId });
    return {
      ...direct,
      orderId: cart.orderId,
      cartId: wanted.cartId,
      storeId: storeId ?? cart.storeId,
      currency: cart.currency,
      coupons: [...new Set([...cart.coupons, ...coupons])],
      lines: cart.lines,
      agreedMinor: expectedTotalMinor ?? cart.shownTotalMinor,
    };
  }
  const { quantity } = wanted;
  if ("variantId" in wanted)
    return { ...direct, lines: [{ variantId: wanted.variantId, quantity }] };

  const { productId } = wanted;
  const { variants } = await call(from, SnapshotVariants, { productIds: [productId] });
  const variant = variants.find((one) => one.productId === productId);
  if (!variant) throw NotSellable({ productId });
  return { ...direct, lines: [{ variantId: variant.variantId, quantity }], variants };
}

/**
 * Prices of today and what is copied of each variant, asked at once.
 * @throws NotSellable (422), and what pricing refuses: a price or a coupon that is not there
 */
export async function offerOf(
  from: CanCall,
  basket: Basket,
): Promise<{ quote: Quote; variants: readonly VariantSnapshot[] }> {
  const { customerId, coupons, currency } = basket;
  const lines = basket.lines.map(({ variantId, quantity }) => ({ variantId, quantity }));
  const variantIds = lines.map(({ variantId }) => variantId);
  const [quoted, known] = await Promise.allSettled([
    call(from, QuoteFor, {
      lines,
      customerId,
      ...(coupons.length > 0 && { coupons: [...coupons] }),
      ...(currency !== undefined && { currency }),
    }),
    basket.variants
      ? { variants: [...basket.variants] }
      : call(from, SnapshotVariants, { variantIds }),
  ]);
  if (known.status === "rejected") throw known.reason;
  const { variants } = known.value;
  const byId = new Map(variants.map((variant) => [variant.variantId, variant]));
  // An unsellable variant may have no price either: report the first reason.
  for (const variantId of variantIds) sellable(variantId, byId.get(variantId));
  if (quoted.status === "rejected") throw quoted.reason;
  return { quote: quoted.value, variants };
}
