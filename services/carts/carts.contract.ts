/** Carts hold what shoppers have chosen and not ordered yet. */
import { command, event, query } from "../../lib/contract.ts";
import {
  currency,
  id,
  dateTime,
  integer,
  list,
  object,
  optional,
  quantity,
  version,
  describe,
} from "../../lib/shape.ts";
import { couponCode, QuoteFor } from "../pricing/pricing.contract.ts";
import { NotSellable, VariantQuantity } from "../catalog/catalog.contract.ts";
import * as failures from "./contract/failures.ts";
import { Cart } from "./contract/shapes.ts";

export { Cart, cartToken } from "./contract/shapes.ts";

export {
  CartChanged,
  CartCouponsFull,
  CartEmpty,
  CartFull,
  CartInCheckout,
  CartNotFound,
  CartOrdered,
  LineNotFound,
  LineTooLarge,
  TooManyCarts,
} from "./contract/failures.ts";

const shared = { allow: "public", returns: Cart, guestToken: true, tag: "carts" } as const;
const closed = [
  failures.CartNotFound,
  failures.CartChanged,
  failures.CartInCheckout,
  failures.CartOrdered,
];

export const StartCart = command("carts.start", {
  ...shared,
  summary: "Start a cart.",
  description:
    "A signed-in person's cart is theirs. A guest's belongs to whoever knows its token: the one that came with the request (43 characters of base64url, then an `Idempotency-Key` is honoured), or a new one, which is answered this once. Without a token a guest has no name that a key could belong to, so asking again makes another, empty cart.",
  rest: "POST /carts",
  params: { currency: optional(currency()), storeId: optional(id({ of: "store" })) },
  status: 201,
  idempotency: "resource",
  failures: [failures.TooManyCarts],
});
export const GetCart = query("carts.get", {
  ...shared,
  summary: "Show a cart at today's prices.",
  rest: "GET /carts/:cartId",
  params: { cartId: id({ of: "cart" }) },
  failures: [failures.CartNotFound],
});
export const GetCurrentCart = query("carts.current", {
  ...shared,
  allow: "authenticated",
  access: "own",
  summary: "Show your open cart: the one you changed last.",
  description:
    "With the header `x-cart-token` the guest's open carts are merged first, as by `MergeCart`, except what would not fit: whoever has just signed in with it sees at once what they chose. Without the header they see it some milliseconds later, when `cart.updated` is told in the room `user:<id>`.",
  rest: "GET /carts/current",
  params: {},
  failures: [failures.CartNotFound],
});
export const AddLine = command("carts.addLine", {
  ...shared,
  summary: "Put something into a cart.",
  description:
    "Of what is in the cart already, there are more afterwards. A product means its first variant.",
  rest: "POST /carts/:cartId/lines",
  params: {
    cartId: id({ of: "cart" }),
    variantId: optional(id({ of: "variant" })),
    productId: optional(id({ of: "product" })),
    quantity: quantity(),
    version: optional(version()),
  },
  idempotency: "resource",
  failures: [...closed, NotSellable, failures.CartFull, failures.LineTooLarge],
});
export const ChangeLine = command("carts.changeLine", {
  ...shared,
  summary: "Say how many of something there are to be in a cart; to take it out, delete it.",
  rest: "PATCH /carts/:cartId/lines/:variantId",
  params: {
    cartId: id({ of: "cart" }),
    variantId: id({ of: "variant" }),
    quantity: quantity(),
    version: optional(version()),
  },
  failures: [...closed, failures.LineNotFound],
});
export const RemoveLine = command("carts.removeLine", {
  ...shared,
  summary: "Take something out of a cart.",
  description: "What is not in the cart is out of it: asking twice answers the cart.",
  rest: "DELETE /carts/:cartId/lines/:variantId",
  params: {
    cartId: id({ of: "cart" }),
    variantId: id({ of: "variant" }),
    version: optional(version()),
  },
  failures: closed,
});
export const AddCoupon = command("carts.addCoupon", {
  ...shared,
  summary: "Use a coupon for a cart.",
  description: "Pricing judges it at once; its failures (COUPON_…) are passed on.",
  rest: "POST /carts/:cartId/coupons",
  params: { cartId: id({ of: "cart" }), code: couponCode(), version: optional(version()) },
  // A coupon is judged by pricing, whose refusals are passed on.
  failures: [...closed, failures.CartEmpty, failures.CartCouponsFull, ...(QuoteFor.failures ?? [])],
});
export const RemoveCoupon = command("carts.removeCoupon", {
  ...shared,
  summary: "Use a coupon no longer.",
  rest: "DELETE /carts/:cartId/coupons/:code",
  params: { cartId: id({ of: "cart" }), code: couponCode(), version: optional(version()) },
  failures: closed,
});
export const MergeCart = command("carts.merge", {
  ...shared,
  allow: "authenticated",
  access: "handler",
  summary: "Make the cart that you filled as a guest your own.",
  description:
    "The guest's lines add up (to at most 9,999 each) into the member's open cart, or the guest's cart becomes the member's. Merging again adds nothing and answers the same cart. Signing in with `x-cart-token` does the same with all carts of that token, a moment later; this does it at once, and answers the cart also when that was quicker. Refused with CartFull (422): the guest's cart is as it was",
  rest: "POST /carts/merge",
  params: { cartId: id({ of: "cart" }) },
  retry: "idempotent",
  failures: [failures.CartNotFound, failures.CartFull],
});

export const FreezeCart = command("carts.freeze", {
  summary: "Close a cart to changes while it becomes an order.",
  description:
    "Closes a cart to changes while it becomes the order `orderId`. Whoever freezes first gives the order its id: a second checkout, also of another request, is answered with the first one's id. An order that was given up and asks once more is answered, and the cart stays open. Refused with CartNotFound (404: not the customer's), CartEmpty (422), CartChanged (409: not at `version`)",
  allow: "internal",
  params: {
    cartId: id({ of: "cart" }),
    orderId: id({ of: "order" }),
    customerId: id({ of: "user" }),
    version: optional(version()),
  },
  returns: object({
    orderId: id({ of: "order" }),
    currency: currency(),
    storeId: optional(id({ of: "store" })),
    coupons: describe("Codes of the coupons in the cart.", list(couponCode(), { max: 5 })),
    lines: describe(
      "The cart's lines, one for each variant.",
      list(VariantQuantity, {
        min: 1,
        max: 100,
      }),
    ),
    shownTotalMinor: describe(
      "What the cart last showed as its total, if it did: the shopper agreed to that.",
      optional(integer({ min: 0 })),
    ),
  }),
  retry: "idempotent",
  failures: [failures.CartNotFound, failures.CartEmpty, failures.CartChanged],
});

export const CartUpdated = event("carts", "cart.updated", {
  summary: "A cart's lines or coupons changed, or it is open again.",
  payload: {
    cartId: id({ of: "cart" }),
    customerId: optional(id({ of: "user" })),
    version: version(),
  },
  rooms: ({ customerId }) => (customerId === undefined ? [] : [`user:${customerId}`]),
});
export const CartConverted = event("carts", "cart.converted", {
  summary: "A cart has become a paid order.",
  payload: { cartId: id({ of: "cart" }), orderId: id({ of: "order" }) },
});
export const CartAbandoned = event("carts", "cart.abandoned", {
  summary: "Nobody has changed a filled cart for a day. Told once for each last change.",
  payload: {
    cartId: id({ of: "cart" }),
    customerId: optional(id({ of: "user" })),
    changedAt: dateTime(),
  },
});
