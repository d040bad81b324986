/** Money: payments through providers, refunds, and a ledger that balances. */
import { command, event, query } from "../../lib/contract.ts";
import {
  describe,
  currency,
  id,
  minorAmount,
  object,
  oneOf,
  optional,
  text,
} from "../../lib/shape.ts";
import { PaymentState, ProviderName } from "./contract/shapes.ts";

export * from "./contract/shapes.ts";
export * from "./contract/failures.ts";
export * from "./contract/rest.ts";
export * from "./contract/operations.ts";

export const OpenPayment = command("payments.open", {
  summary: "Open the payment of an order.",
  description:
    "Opens the one live payment of an order, or answers where it stands. Repeating it opens nothing more. After `payments.close` for the order, it answers closed.",
  allow: "internal",
  params: {
    commandId: id({ of: "command" }),
    orderId: id({ of: "order" }),
    customerId: id({ of: "user" }),
    storeId: optional(id({ of: "store" })),
    currency: currency(),
    amountMinor: minorAmount(),
    provider: optional(ProviderName),
  },
  returns: object({ paymentId: id({ of: "payment" }), state: PaymentState }),
  retry: "idempotent",
  timeoutMs: 8_000,
});
export const ClosePayment = command("payments.close", {
  summary: "Close the payment of an order, unless it is captured already.",
  description:
    "Makes sure that an order is not paid any more. `captured` means that the payment won the race: it is to be honoured. `processing` means that only the provider knows: ask again later.",
  allow: "internal",
  params: { commandId: id({ of: "command" }), orderId: id({ of: "order" }) },
  returns: object({
    state: describe("`processing`: it is not decided.", oneOf("processing", "captured", "closed")),
  }),
  retry: "idempotent",
  timeoutMs: 8_000,
});
export const LookUpPayment = query("payments.lookUp", {
  summary: "Tell where the payment of an order stands.",
  description: "Asks the provider too, when ours is not final: works without any webhook.",
  allow: "internal",
  params: { orderId: id({ of: "order" }) },
  returns: object({ paymentId: optional(id({ of: "payment" })), state: PaymentState }),
  timeoutMs: 8_000,
});
export const RefundOrder = command("payments.refundOrder", {
  summary: "Give back the whole payment of an order.",
  description:
    "Gives back all that is not given back yet. Used by the cancel saga; the same id does it once.",
  allow: "internal",
  params: {
    commandId: id({ of: "command" }),
    orderId: id({ of: "order" }),
    reason: describe("Reason of the refund.", text()),
  },
  returns: object({
    state: describe("`pending` until it is decided.", oneOf("pending", "succeeded", "failed")),
  }),
  retry: "idempotent",
  timeoutMs: 8_000,
});

const paymentFact = {
  paymentId: id({ of: "payment" }),
  orderId: id({ of: "order" }),
  customerId: id({ of: "user" }),
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
  payload: { ...paymentFact, reason: describe("Why it was closed.", text()) },
  rooms: roomsOf,
});
export const PaymentFailed = event("payments", "payment.failed", {
  summary: "An attempt to pay was declined. The payment stays open for another one.",
  payload: { ...paymentFact, reason: describe("The provider's reason.", text()) },
  rooms: roomsOf,
});
export const RefundSucceeded = event("payments", "refund.succeeded", {
  summary: "Money was given back.",
  payload: { ...paymentFact, refundId: id({ of: "refund" }) },
  rooms: roomsOf,
});
export const RefundFailed = event("payments", "refund.failed", {
  summary: "Money could not be given back: somebody must look at it.",
  payload: {
    ...paymentFact,
    refundId: id({ of: "refund" }),
    reason: describe("The provider's reason.", text()),
  },
  rooms: () => ["admin"],
});
