/** What shoppers have chosen and not ordered yet. */
import { action, event, failure } from "../../lib/contract.ts";
import { currency, id, integer, list, object, optional, quantity, text } from "../../lib/shape.ts";
import { couponCode } from "../pricing/pricing.contract.ts";

/**
 * Closes a cart to changes while it becomes the order `orderId`. Whoever freezes first gives the
 * order its id: a second checkout, also of another request, is answered with the first one's id.
 * @throws CartNotFound (404: not the customer's), CartEmpty (422), CartChanged (409: not at `version`)
 */
export const FreezeCart = action("carts.freeze", {
  summary: "Close a cart to changes while it becomes an order.",
  allow: "services",
  params: {
    cartId: id(),
    orderId: id(),
    customerId: id(),
    version: optional(integer({ min: 0 })),
  },
  returns: object({
    orderId: id(),
    currency: currency(),
    storeId: optional(id()),
    coupons: list(couponCode(), { max: 5 }),
    lines: list(object({ variantId: id(), quantity: quantity() }), { min: 1, max: 500 }),
    /** What the cart last showed as its total, if it did: the shopper agreed to that. */
    shownTotalMinor: optional(integer({ min: 0 })),
  }),
  repeatable: true,
});

export const CartUpdated = event("cart.updated", {
  summary: "A cart's lines or coupons changed.",
  payload: { cartId: id(), customerId: optional(id()), version: integer({ min: 0 }) },
  rooms: ({ customerId }) => (customerId === undefined ? [] : [`user:${customerId}`]),
});
export const CartConverted = event("cart.converted", {
  summary: "A cart has become a paid order.",
  payload: { cartId: id(), orderId: id() },
});

export const CartNotFound = failure<{ cartId: string }>("CART_NOT_FOUND", 404, {
  en: "There is no such cart. Start a new one.",
  fr: "Ce panier n'existe pas. Commencez-en un nouveau.",
});
export const CartEmpty = failure<{ cartId: string }>("CART_EMPTY", 422, {
  en: "The cart is empty. Put something into it first.",
  fr: "Le panier est vide. Ajoutez-y d'abord un article.",
});
export const CartChanged = failure<{ cartId: string; version: number; differences: unknown[] }>(
  "CART_CHANGED",
  409,
  {
    en: "The cart has changed since you saw it. Look at it again, then order.",
    fr: "Le panier a changé depuis que vous l'avez vu. Consultez-le à nouveau, puis commandez.",
  },
);
export const cartToken = () => text({ min: 20, max: 100 });
