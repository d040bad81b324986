/** Shapes that several of the service's contracts share. */
import {
  currency,
  boolean,
  id,
  type Infer,
  dateTime,
  integer,
  list,
  minorAmount,
  oneOf,
  optional,
  text,
  shape,
  describe,
  amount,
} from "../../../lib/shape.ts";

/** created < open < processing < captured | closed. The last two exclude each other, for ever. */
export const PaymentState = describe(
  "How it stands: the last two are final.",
  oneOf("created", "open", "processing", "captured", "closed"),
);
export type PaymentState = Infer<typeof PaymentState>;
export const ProviderName = describe(
  "The payment service provider, or cash at a till.",
  oneOf("simulator", "cash"),
);
export type ProviderName = Infer<typeof ProviderName>;

export const Refund = shape(
  "Refund",
  {
    id: id(),
    paymentId: id({ of: "payment" }),
    state: describe(
      "`requested` and `sent` are under way; the others are final.",
      oneOf("requested", "sent", "succeeded", "failed"),
    ),
    currency: currency(),
    amount: amount(),
    amountMinor: minorAmount(),
    reason: describe("Reason of the refund.", text()),
    failure: describe("Reason why the refund failed; absent otherwise.", optional(text())),
    createdAt: dateTime(),
    endedAt: optional(dateTime()),
  },
  "Money is back when `succeeded`; `requested` and `sent` are under way; `failed` needs a human.",
);
export type Refund = Infer<typeof Refund>;

const paymentFields = {
  id: id(),
  orderId: id({ of: "order" }),
  customerId: optional(id({ of: "user" })),
  storeId: optional(id({ of: "store" })),
  provider: ProviderName,
  state: PaymentState,
  currency: currency(),
  amount: amount(),
  amountMinor: minorAmount(),
  refundedMinor: minorAmount(),
  refundPendingMinor: minorAmount(),
  reason: describe("Why it was closed.", optional(text())),
  createdAt: dateTime(),
  capturedAt: optional(dateTime()),
  closedAt: optional(dateTime()),
};
export const Payment = shape(
  "Payment",
  paymentFields,
  "The payment of an order, and how it stands.",
);
export type Payment = Infer<typeof Payment>;
export const PaymentWithRefunds = shape(
  "PaymentWithRefunds",
  {
    ...paymentFields,
    refunds: describe("Refunds of the payment, the oldest first.", list(Refund, { max: 1_000 })),
  },
  "A payment and all that was given back of it.",
);

const SimulatedTimeout = shape(
  "SimulatedTimeout",
  {
    call: describe("The unanswered call.", oneOf("create", "confirm", "get", "cancel", "refund")),
    done: describe("True if the call takes effect although it gets no answer.", boolean()),
    times: optional(
      integer({
        min: 1,
        max: 100,
        description: "How many times the call gets no answer; 1 by default.",
      }),
    ),
  },
  "A call of the provider that gets no answer.",
);
/**
 * The behaviour of the simulator: for one payment from this attempt on, or by default. Not in
 * production. Without it, the simulator approves at once and delivers each webhook once.
 */
const scenario = {
  decline: describe(
    "Declines the attempt for `reason`; the payment stays open.",
    optional(boolean()),
  ),
  reason: describe("Reason with which `decline` declines.", optional(text({ max: 64 }))),
  lateMs: describe(
    "Decides after this, in milliseconds.",
    optional(integer({ min: 1, max: 600_000 })),
  ),
  slowMs: describe("Delays each answer, milliseconds.", optional(integer({ min: 1, max: 60_000 }))),
  timeout: describe(
    "A call gets no answer the first `times` times (1 if not said); `done`: although it was carried out.",
    optional(SimulatedTimeout),
  ),
  copies: describe("How often each webhook is delivered.", optional(integer({ min: 1, max: 20 }))),
  shuffleMs: describe(
    "Delivers each webhook at a moment of its own up to that many ms later: they overtake each other.",
    optional(integer({ min: 1, max: 600_000 })),
  ),
  loseWebhooks: describe("Never delivers a webhook.", optional(boolean())),
  refund: describe("How refunds end; `late` succeeds.", optional(oneOf("succeed", "fail", "late"))),
  captureAfterCancel: describe(
    "Charges although it has cancelled, `lateMs` (or 1) ms later: somebody at the provider did it by hand.",
    optional(boolean()),
  ),
};
export const Scenario = shape(
  "SimulatorScenario",
  scenario,
  "How the payment simulator behaves. Without anything it approves at once.",
);
export type Scenario = Infer<typeof Scenario>;
export const scenarioFields = scenario;
