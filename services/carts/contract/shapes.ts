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
  shape,
  describe,
} from "../../../lib/shape.ts";
import { couponCode } from "../../pricing/pricing.contract.ts";

/** A guest's secret for their carts; it comes in the header `x-cart-token`. */
export const cartToken = () => text({ min: 20, max: 100 });

const CartLine = shape(
  "CartLine",
  {
    variantId: id({ of: "variant" }),
    productId: id({ of: "product" }),
    sku: sku(),
    title: describe("The product's title in the caller's language.", text({ max: 520 })),
    quantity: quantity(),
    unitMinor: optional(minorAmount()),
    discountMinor: optional(minorAmount()),
    totalMinor: optional(minorAmount()),
  },
  "Amounts are today's and are missing while the cart is not priced.",
);
export const Cart = shape(
  "Cart",
  {
    id: id(),
    version: describe(
      "Grows with each change; send it as `If-Match` to change the cart.",
      version(),
    ),
    state: describe(
      "open → frozen (being ordered as `orderId`) → converted (ordered), or open again.",
      oneOf("open", "frozen", "converted"),
    ),
    currency: currency(),
    customerId: optional(id({ of: "user" })),
    storeId: optional(id({ of: "store" })),
    orderId: optional(id({ of: "order" })),
    lines: describe("One line for each variant, oldest first.", list(CartLine, { max: 100 })),
    coupons: describe("Codes of the cart's coupons, in capitals.", list(couponCode(), { max: 5 })),
    refusedCoupons: describe(
      "Coupons of the cart that are not in the totals, and the failure's type that says why.",
      list(
        object({
          code: couponCode(),
          reason: describe("Type of the failure, such as `COUPON_EXPIRED`.", text()),
        }),
        { max: 5 },
      ),
    ),
    priced: describe(
      "False while there are no prices; `unpricedReason` is the type of the failure.",
      boolean(),
    ),
    unpricedReason: describe("Type of pricing's failure; absent with prices.", optional(text())),
    totals: describe(
      "Sums over all lines, in the cart's currency; absent without prices.",
      optional(
        object({
          subtotalMinor: minorAmount(),
          discountMinor: minorAmount(),
          totalMinor: minorAmount(),
          taxMinor: minorAmount(),
        }),
      ),
    ),
    createdAt: dateTime(),
    changedAt: dateTime(),
    expiresAt: dateTime(),
    token: describe("Sent once, to the guest who has just begun the cart.", optional(cartToken())),
  },
  "What somebody has chosen and not ordered yet, with its totals at today's prices.",
);
export type Cart = Infer<typeof Cart>;
