import { command, query } from "../../../lib/contract.ts";
import {
  describe,
  currency,
  boolean,
  id,
  minorAmount,
  object,
  oneOf,
  optional,
  page,
  paging,
  text,
  amount,
} from "../../../lib/shape.ts";
import { AmountInvalid, AmountTooLarge, AmountTooPrecise } from "../../../lib/money/failures.ts";
import { KeyReused } from "../../../lib/idempotency.ts";
import { CursorInvalid } from "../../../lib/page.ts";
import { OrderNotFound } from "../../orders/orders.contract.ts";
import {
  AmountMismatch,
  CashNeedsStaff,
  NoSimulation,
  NotCaptured,
  OrderNotPayable,
  OrderNotReady,
  PaymentDeclined,
  PaymentInProgress,
  PaymentNotFound,
  PaymentResource,
  RefundTooLarge,
  RefundUnclear,
} from "./failures.ts";
import {
  Payment,
  PaymentState,
  PaymentWithRefunds,
  ProviderName,
  Refund,
  Scenario,
} from "./shapes.ts";

const tag = "payments";

/** The text of source system 003. */
export const PAID = { fr: "Paiement traité avec succès", en: "Payment processed successfully" };

export const Pay = command("payments.pay", {
  summary: "Pay an order.",
  description:
    "Pays an order in full. `amount` is the decimal amount due. Asked again, with the same key or by the same payer, it charges nothing more and answers how the payment stands. `PENDING` comes with status 202: the outcome is not known yet, and will be without asking again.",
  rest: ["POST /payments", "POST /payment"],
  allow: "payments.pay",
  access: "handler",
  params: {
    orderId: id({ of: "order" }),
    amount: amount(),
    currency: optional(currency()),
    provider: optional(ProviderName),
    simulate: optional(Scenario),
  },
  returns: object({
    success: describe("True when the payment is captured.", boolean()),
    message: describe("Result in the caller's language.", text()),
    status: describe("PENDING while only the provider knows.", oneOf("SUCCESS", "PENDING")),
    paymentId: id({ of: "payment" }),
    amount: amount(),
    amountMinor: minorAmount(),
    currency: currency(),
  }),
  idempotency: "resource",
  pendingStatus: 202,
  timeoutMs: 10_000,
  message: PAID,
  failures: [
    AmountInvalid,
    AmountMismatch,
    AmountTooLarge,
    AmountTooPrecise,
    CashNeedsStaff,
    KeyReused,
    NoSimulation,
    OrderNotFound,
    OrderNotPayable,
    OrderNotReady,
    PaymentDeclined,
    PaymentInProgress,
  ],
  tag,
});

export const RefundPayment = command("payments.refund", {
  summary: "Give back a payment, or a part of it.",
  rest: ["POST /payments/:paymentId/refunds", "POST /payment/:paymentId/refunds"],
  allow: "payments.refund",
  access: { resource: PaymentResource, id: "paymentId", staff: true },
  params: {
    paymentId: id({ of: "payment" }),
    amount: optional(amount()),
    amountMinor: optional(minorAmount({ min: 1 })),
    reason: describe("Reason of the refund, as staff write it.", text()),
  },
  returns: Refund,
  status: 201,
  pendingStatus: 202,
  idempotency: "resource",
  timeoutMs: 10_000,
  failures: [
    AmountInvalid,
    AmountTooLarge,
    AmountTooPrecise,
    KeyReused,
    NotCaptured,
    PaymentNotFound,
    RefundTooLarge,
    RefundUnclear,
  ],
  tag,
});

export const ListPayments = query("payments.list", {
  summary: "List payments, the newest first.",
  rest: ["GET /payments", "GET /payment"],
  allow: "payments.read",
  access: "visible",
  params: {
    ...paging,
    orderId: optional(id({ of: "order" })),
    state: optional(PaymentState),
    provider: optional(ProviderName),
  },
  returns: page(Payment),
  failures: [CursorInvalid],
  tag,
});

export const GetPayment = query("payments.get", {
  summary: "Show a payment and its refunds.",
  rest: ["GET /payments/:paymentId", "GET /payment/:paymentId"],
  allow: "payments.read",
  access: { resource: PaymentResource, id: "paymentId" },
  params: { paymentId: id({ of: "payment" }) },
  returns: PaymentWithRefunds,
  failures: [PaymentNotFound],
  tag,
});
