import { failure } from "../../../lib/contract.ts";
import type { Difference } from "../domain/changes.ts";

export const CartNotFound = failure<{ cartId: string }>("CART_NOT_FOUND", 404, {
  en: "There is no such cart. Start a new one.",
  fr: "Ce panier n'existe pas. Commencez-en un nouveau.",
});
export const CartEmpty = failure<{ cartId: string }>("CART_EMPTY", 422, {
  en: "The cart is empty. Put something into it first.",
  fr: "Le panier est vide. Ajoutez-y d'abord un article.",
});
export const CartChanged = failure<{
  cartId: string;
  version: number;
  differences: readonly Difference[];
}>("CART_CHANGED", 409, {
  en: "The cart has changed since you saw it. Look at it again, then order.",
  fr: "Le panier a changé depuis que vous l'avez vu. Consultez-le à nouveau, puis commandez.",
});
export const CartInCheckout = failure<{ cartId: string; orderId: string }>(
  "CART_IN_CHECKOUT",
  409,
  {
    en: "The cart is being ordered. Pay or cancel the order, or start a new cart.",
    fr: "Le panier est en cours de commande. Payez ou annulez la commande, ou commencez un nouveau panier.",
  },
);
export const CartOrdered = failure<{ cartId: string; orderId: string }>("CART_ORDERED", 409, {
  en: "The cart has become an order. Start a new cart.",
  fr: "Le panier est devenu une commande. Commencez un nouveau panier.",
});
export const CartFull = failure<{ cartId: string; limit: number }>("CART_FULL", 422, {
  en: "A cart has at most {limit} different items. Order this one, then start another.",
  fr: "Un panier compte au plus {limit} articles différents. Commandez-le, puis commencez-en un autre.",
});
export const CartCouponsFull = failure<{ cartId: string; limit: number }>(
  "CART_COUPONS_FULL",
  422,
  {
    en: "A cart takes at most {limit} coupons. Remove one first.",
    fr: "Un panier accepte au plus {limit} codes. Retirez-en d'abord un.",
  },
);
export const TooManyCarts = failure<{ limit: number }>("TOO_MANY_CARTS", 409, {
  en: "You have {limit} open carts already. Go on with one of them.",
  fr: "Vous avez déjà {limit} paniers ouverts. Continuez avec l'un d'eux.",
});
export const LineNotFound = failure<{ cartId: string; variantId: string }>(
  "CART_LINE_NOT_FOUND",
  404,
  {
    en: "This item is not in the cart. Add it instead.",
    fr: "Cet article n'est pas dans le panier. Ajoutez-le plutôt.",
  },
);
export const LineTooLarge = failure<{ variantId: string; quantity: number; limit: number }>(
  "CART_LINE_TOO_LARGE",
  422,
  {
    en: "With these the cart would hold {quantity} of it; at most {limit} are possible. Add fewer.",
    fr: "Le panier en compterait {quantity} ; {limit} au plus sont possibles. Ajoutez-en moins.",
  },
);
