/** Money: payments through providers, refunds, and a ledger that balances. */
import { command, event, query } from "../../lib/contract.ts";
import { currency, id, minorAmount, object, oneOf, optional, text } from "../../lib/shape.ts";
import { PaymentState, ProviderName } from "./contract/shapes.ts";

export * from "./contract/shapes.ts";
export * from "./contract/failures.ts";
export * from "./contract/rest.ts";
export * from "./contract/operations.ts";

/**
 * Opens the one live payment of an order, or answers where it stands. Repeating it opens nothing
 * more. After `payments.close` for the order, it answers closed.
 */
export const OpenPayment = command("payments.open", {
  summary: "Open the payment of an order.",
  allow: "internal",
  params: {
    commandId: id(),
    orderId: id(),
    customerId: id(),
    storeId: optional(id()),
    currency: currency(),
    amountMinor: minorAmount(),
    provider: optional(ProviderName),
  },
  returns: object({ paymentId: id(), state: PaymentState }),
  retry: "idempotent",
  timeoutMs: 8_000,
});
/**
 * Makes sure that an order is not paid any more. `captured` means that the payment won the race: it
 * is to be honoured. `processing` means that only the provider knows: ask again later.
 */
export const ClosePayment = command("payments.close", {
  summary: "Close the payment of an order, unless it is captured already.",
  allow: "internal",
  params: { commandId: id(), orderId: id() },
  returns: object({ state: oneOf("processing", "captured", "closed") }),
  retry: "idempotent",
  timeoutMs: 8_000,
});
/** Asks the provider too, when ours is not final: works without any webhook. */
export const LookUpPayment = query("payments.lookUp", {
  summary: "Tell where the payment of an order stands.",
  allow: "internal",
  params: { orderId: id() },
  returns: object({ paymentId: optional(id()), state: PaymentState }),
  timeoutMs: 8_000,
});
/** Gives back all that is not given back yet. Used by the cancel saga; the same id does it once. */
export const RefundOrder = command("payments.refundOrder", {
  summary: "Give back the whole payment of an order.",
  allow: "internal",
  params: { commandId: id(), orderId: id(), reason: text() },
  returns: object({ state: oneOf("pending", "succeeded", "failed") }),
  retry: "idempotent",
  timeoutMs: 8_000,
});

const paymentFact = {
  paymentId: id(),
  orderId: id(),
  customerId: id(),
  currency: currency(),
  amountMinor: minorAmount(),
};
const roomsOf = ({ orderId, customerId }: { orderId: string; customerId: string }) => [
  `order:${orderId}`,
  `user:${customerId}`,
  "admin",
];
export const PaymentCaptured = event("payments", "payment.captured", {
  summary: "The money of an order is ours.",
  payload: paymentFact,
  rooms: roomsOf,
});
export const PaymentClosed = event("payments", "payment.closed", {
  summary: "The payment of an order will never be captured.",
  payload: { ...paymentFact, reason: text() },
  rooms: roomsOf,
});
export const PaymentFailed = event("payments", "payment.failed", {
  summary: "An attempt to pay was declined. The payment stays open for another one.",
  payload: { ...paymentFact, reason: text() },
  rooms: roomsOf,
});
export const RefundSucceeded = event("payments", "refund.succeeded", {
  summary: "Money was given back.",
  payload: { ...paymentFact, refundId: id() },
  rooms: roomsOf,
});
export const RefundFailed = event("payments", "refund.failed", {
  summary: "Money could not be given back: somebody must look at it.",
  payload: { ...paymentFact, refundId: id(), reason: text() },
  rooms: () => ["admin"],
});
