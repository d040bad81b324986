import { failure, resource } from "../../../lib/contract.ts";

export const OrderNotFound = failure<{ orderId: string }>("ORDER_NOT_FOUND", 404, {
  en: "There is no such order. Check the id.",
  fr: "Cette commande n'existe pas. Vérifiez l'identifiant.",
});
export const OrderResource = resource("order", (orderId) => OrderNotFound({ orderId }));
export const OrderNotOpen = failure<{ orderId: string; status: string }>("ORDER_NOT_OPEN", 409, {
  en: "The order is {status}: it can no longer change in this way.",
  fr: "La commande est « {status} » : elle ne peut plus être modifiée ainsi.",
});
export const PriceDiffers = failure<{
  expectedTotalMinor: number;
  totalMinor: number;
  currency: string;
  lines: { variantId: string; quantity: number; unitMinor: number; totalMinor: number }[];
}>("PRICE_CHANGED", 409, {
  en: "The total is no longer the one you saw. Look at the new prices, then order again.",
  fr: "Le total n'est plus celui que vous avez vu. Consultez les nouveaux prix, puis commandez à nouveau.",
});
export const CouponRefused = failure<{ code: string; why: string; orderId: string }>(
  "COUPON_REFUSED",
  409,
  {
    en: "The coupon {code} can no longer be used. Order again without it.",
    fr: "Le bon {code} ne peut plus être utilisé. Commandez à nouveau sans lui.",
  },
);
export const TooManyOpenOrders = failure<{ limit: number }>("TOO_MANY_OPEN_ORDERS", 409, {
  en: "You have {limit} orders that are not paid yet. Pay or cancel one of them first.",
  fr: "Vous avez {limit} commandes impayées. Payez-en ou annulez-en une d'abord.",
});
