import { failure, resource } from "../../../lib/contract.ts";

export const PaymentNotFound = failure<{ paymentId: string }>("PAYMENT_NOT_FOUND", 404, {
  en: "There is no such payment. Check the id.",
  fr: "Ce paiement n'existe pas. Vérifiez l'identifiant.",
});
export const PaymentResource = resource("payment", (paymentId) => PaymentNotFound({ paymentId }));
/** `due` is the decimal amount as text, `dueMinor` the same in minor units. */
export const AmountMismatch = failure<{
  orderId: string;
  due: string;
  dueMinor: number;
  currency: string;
}>("AMOUNT_MISMATCH", 422, {
  en: "The order is {due} {currency}. Pay exactly this amount.",
  fr: "Le montant de la commande est {due} {currency}. Payez exactement ce montant.",
});
export const OrderNotPayable = failure<{ orderId: string; status: string }>(
  "ORDER_NOT_PAYABLE",
  409,
  {
    en: "The order is {status} and cannot be paid. Look at the order before you take any money.",
    fr: "La commande est « {status} » et ne peut pas être payée. Consultez-la avant d'encaisser.",
  },
);
/** Passes by itself: the same request may be sent again. */
export const OrderNotReady = failure<{ orderId: string; retryable: true }>("ORDER_NOT_READY", 409, {
  en: "The order's stock is still being held. Send the payment again in a few seconds.",
  fr: "Le stock de la commande est en cours de réservation. Renvoyez le paiement dans quelques secondes.",
});
/** Passes by itself: another attempt is with a provider, and only that provider knows. */
export const PaymentInProgress = failure<{ paymentId: string; retryable: true }>(
  "PAYMENT_IN_PROGRESS",
  409,
  {
    en: "Another attempt to pay this order is not decided yet. Look at the payment in a few seconds.",
    fr: "Une autre tentative de paiement de cette commande est en cours. Consultez le paiement dans quelques secondes.",
  },
);
/** The `cause` is the provider's code, such as `card_declined`. */
export const PaymentDeclined = failure<{ paymentId: string; cause: string }>(
  "PAYMENT_DECLINED",
  402,
  {
    en: "The payment was declined ({cause}). Try again or use another means of payment.",
    fr: "Le paiement a été refusé ({cause}). Réessayez ou utilisez un autre moyen de paiement.",
  },
);
export const CashNeedsStaff = failure("CASH_NEEDS_STAFF", 403, {
  en: "Only the staff of the order's store takes cash. Pay by another means, or at the till.",
  fr: "Seul le personnel du magasin encaisse des espèces. Payez autrement, ou à la caisse.",
});
export const NoSimulation = failure("NO_SIMULATION", 403, {
  en: "Payments are not simulated in production. Leave out `simulate`.",
  fr: "Les paiements ne sont pas simulés en production. Retirez `simulate`.",
});
export const WebhookRefused = failure("WEBHOOK_REFUSED", 400, {
  en: "This is not signed by the provider, or too old. Sign it with the endpoint's secret.",
  fr: "Ce message n'est pas signé par le prestataire, ou trop ancien. Signez-le avec le secret du point d'accès.",
});
export const NotCaptured = failure<{ paymentId: string; state: string }>("NOT_CAPTURED", 409, {
  en: "The payment is {state}: there is nothing to give back.",
  fr: "Le paiement est « {state} » : il n'y a rien à rembourser.",
});
export const RefundTooLarge = failure<{ left: string; leftMinor: number; currency: string }>(
  "REFUND_TOO_LARGE",
  422,
  {
    en: "At most {left} {currency} can still be given back. Refund that or less.",
    fr: "Il reste au plus {left} {currency} à rembourser. Remboursez ce montant ou moins.",
  },
);
export const RefundUnclear = failure("REFUND_UNCLEAR", 400, {
  en: "Give either `amount` or `amountMinor`, more than nothing, and not both.",
  fr: "Indiquez soit `amount`, soit `amountMinor`, supérieur à zéro, et pas les deux.",
});
