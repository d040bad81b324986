import { command, query } from "../../../lib/contract.ts";
import {
  currency,
  decimal,
  literal,
  boolean,
  dateTime,
  integer,
  list,
  minorAmount,
  object,
  oneOf,
  optional,
  text,
  describe,
} from "../../../lib/shape.ts";
import { NoSimulation, WebhookRefused } from "./failures.ts";
import { Scenario, scenarioFields } from "./shapes.ts";

const tag = "payments";

export const ReceiveWebhook = command("payments.webhook", {
  summary: "Take a payment provider's webhook.",
  description:
    "Takes a provider's message about one of its objects, once it is safely written down; what it means is found out afterwards. `body` is the request's body as it came, `signature` the header `t=<unix seconds>,v1=<hex>` with v1 = HMAC-SHA256 of `<t>.<body>`.",
  rest: "POST /payment/webhooks/:provider",
  allow: "public",
  params: {
    provider: describe("The payment provider that sends the webhook.", text({ max: 32 })),
    body: describe("The webhook as it came.", text({ max: 65_536 })),
    signature: describe("The webhook's signature.", optional(text({ min: 0, max: 512 }))),
  },
  returns: object({
    received: describe("Always true: the event is stored and will be processed.", literal(true)),
  }),
  raw: true,
  rateClass: "webhook",
  retry: "idempotent",
  failures: [WebhookRefused],
  tag,
});

export const ReportPayments = query("payments.report", {
  summary: "Sum up what was captured and given back, by day, month or provider.",
  description:
    "Moments are UTC, `from` included and `to` not; days and months are those of the company's `timeZone`. At most 1,000 rows, by currency and group.",
  rest: ["GET /payments/reports", "GET /payment/reports"],
  allow: "payments.reports",
  access: "visible",
  params: {
    from: optional(dateTime()),
    to: optional(dateTime()),
    group: describe("By day, month or provider.", optional(oneOf("day", "month", "provider"))),
  },
  returns: object({
    timeZone: describe("An IANA name such as `Europe/Paris`.", optional(text({ max: 64 }))),
    rows: describe(
      "One for each group.",
      list(
        object({
          group: describe("`2026-03-01`, `2026-03` or the provider's name.", text()),
          currency: currency(),
          payments: describe("Number of captured payments.", integer({ min: 0 })),
          refunds: describe("Number of refunds that succeeded.", integer({ min: 0 })),
          capturedMinor: minorAmount(),
          refundedMinor: minorAmount(),
          netMinor: describe("Captured less refunded, in minor units of the currency.", integer()),
          net: describe("Captured less refunded, as a decimal.", decimal()),
        }),
        { max: 1_000 },
      ),
    ),
  }),
  tag,
});

export const ShowTrialBalance = query("payments.trialBalance", {
  summary: "Show each account's debits, credits and balance. They sum to nothing.",
  rest: ["GET /payments/ledger/trial-balance", "GET /payment/ledger/trial-balance"],
  allow: "payments.reports",
  access: "visible",
  params: {},
  returns: object({
    balanced: describe("True if debits and credits are equal in each currency.", boolean()),
    accounts: describe(
      "Each account with its sums.",
      list(
        object({
          account: describe("Name of the ledger account, such as `cash`.", text()),
          currency: currency(),
          debitMinor: minorAmount(),
          creditMinor: minorAmount(),
          balanceMinor: describe("Debits less credits, in minor units of the currency.", integer()),
          balance: describe("Debits less credits, as a decimal.", decimal()),
        }),
        { max: 1_000 },
      ),
    ),
  }),
  tag,
});

export const SetSimulator = command("payments.simulator", {
  summary: "Tell the payment simulator how to behave. Not in production.",
  description: "Replaces the simulator's default behaviour; nothing given is the plain one.",
  rest: "PUT /payments/simulator",
  allow: "system.read",
  access: "any",
  params: scenarioFields,
  returns: Scenario,
  retry: "idempotent",
  failures: [NoSimulation],
  tag,
});
