/** Shapes that several of the service's contracts share. */
import {
  currency,
  decimal,
  boolean,
  id,
  type Infer,
  dateTime,
  integer,
  list,
  minorAmount,
  object,
  oneOf,
  optional,
  text,
} from "../../../lib/shape.ts";

/** created < open < processing < captured | closed. The last two exclude each other, for ever. */
export const PaymentState = oneOf("created", "open", "processing", "captured", "closed");
export type PaymentState = Infer<typeof PaymentState>;
export const ProviderName = oneOf("simulator", "cash");
export type ProviderName = Infer<typeof ProviderName>;

/** Money is back when `succeeded`; `requested` and `sent` are under way; `failed` needs a human. */
export const Refund = object({
  id: id(),
  paymentId: id(),
  state: oneOf("requested", "sent", "succeeded", "failed"),
  currency: currency(),
  amount: decimal({ min: 0 }),
  amountMinor: minorAmount(),
  reason: text(),
  failure: optional(text()),
  createdAt: dateTime(),
  endedAt: optional(dateTime()),
});
export type Refund = Infer<typeof Refund>;

const paymentFields = {
  id: id(),
  orderId: id(),
  customerId: optional(id()),
  storeId: optional(id()),
  provider: ProviderName,
  state: PaymentState,
  currency: currency(),
  amount: decimal({ min: 0 }),
  amountMinor: minorAmount(),
  refundedMinor: minorAmount(),
  refundPendingMinor: minorAmount(),
  /** Why it was closed. */
  reason: optional(text()),
  createdAt: dateTime(),
  capturedAt: optional(dateTime()),
  closedAt: optional(dateTime()),
};
export const Payment = object(paymentFields);
export type Payment = Infer<typeof Payment>;
export const PaymentWithRefunds = object({
  ...paymentFields,
  refunds: list(Refund, { max: 1_000 }),
});

/**
 * How the simulator behaves: for one payment from the attempt that brings it, or as its default. Not
 * in production. Without anything it approves at once and delivers each webhook once.
 */
const scenario = {
  /** Declines the attempt for `reason`; the payment stays open. */
  decline: optional(boolean()),
  reason: optional(text({ max: 64 })),
  /** Answers `processing` and decides that many ms later. */
  lateMs: optional(integer({ min: 1, max: 600_000 })),
  /** Answers each call only that many ms later. */
  slowMs: optional(integer({ min: 1, max: 60_000 })),
  /** A call gets no answer the first `times` times (1 if not said); `done`: although it was carried out. */
  timeout: optional(
    object({
      call: oneOf("create", "confirm", "get", "cancel", "refund"),
      done: boolean(),
      times: optional(integer({ min: 1, max: 100 })),
    }),
  ),
  /** How often each webhook is delivered. */
  copies: optional(integer({ min: 1, max: 20 })),
  /** Delivers each webhook at a moment of its own up to that many ms later: they overtake each other. */
  shuffleMs: optional(integer({ min: 1, max: 600_000 })),
  /** Never delivers a webhook. */
  loseWebhooks: optional(boolean()),
  /** What becomes of refunds. */
  refund: optional(oneOf("succeed", "fail", "late")),
  /** Charges although it has cancelled, `lateMs` (or 1) ms later: somebody at the provider did it by hand. */
  captureAfterCancel: optional(boolean()),
};
export const Scenario = object(scenario);
export type Scenario = Infer<typeof Scenario>;
export const scenarioFields = scenario;
