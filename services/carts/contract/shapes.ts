/** What a cart looks like to whoever shops. The contract re-exports it. */
import {
  currency,
  boolean,
  id,
  type Infer,
  dateTime,
  list,
  minorAmount,
  object,
  oneOf,
  optional,
  quantity,
  sku,
  text,
  version,
} from "../../../lib/shape.ts";
import { couponCode } from "../../pricing/pricing.contract.ts";

/** A guest's secret for their carts; it comes in the header `x-cart-token`. */
export const cartToken = () => text({ min: 20, max: 100 });

/** Amounts are today's and are missing while the cart is not priced. */
const CartLine = object({
  variantId: id(),
  productId: id(),
  sku: sku(),
  title: text({ max: 520 }),
  quantity: quantity(),
  unitMinor: optional(minorAmount()),
  discountMinor: optional(minorAmount()),
  totalMinor: optional(minorAmount()),
});
export const Cart = object({
  id: id(),
  /** Goes up with each change of lines or coupons; send it as `If-Match` to change what you saw. */
  version: version(),
  /** open → frozen (being ordered as `orderId`) → converted (ordered), or open again. */
  state: oneOf("open", "frozen", "converted"),
  currency: currency(),
  customerId: optional(id()),
  storeId: optional(id()),
  orderId: optional(id()),
  lines: list(CartLine, { max: 100 }),
  coupons: list(couponCode(), { max: 5 }),
  /** Coupons of the cart that are not in the totals, and the failure's type that says why. */
  refusedCoupons: list(object({ code: couponCode(), reason: text() }), { max: 5 }),
  /** False while there are no prices; `unpricedReason` is the type of the failure. */
  priced: boolean(),
  unpricedReason: optional(text()),
  totals: optional(
    object({
      subtotalMinor: minorAmount(),
      discountMinor: minorAmount(),
      totalMinor: minorAmount(),
      taxMinor: minorAmount(),
    }),
  ),
  createdAt: dateTime(),
  changedAt: dateTime(),
  expiresAt: dateTime(),
  /** Told once, to the guest who has just started the cart. */
  token: optional(cartToken()),
});
export type Cart = Infer<typeof Cart>;
