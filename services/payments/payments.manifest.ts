import type { Manifest } from "../../lib/manifest.ts";

export default {
  name: "payments",
  keeps: "payments, refunds, the ledger",
  place: 7,
  database: true,
  calls: ["orders.amountDue", "payments.webhook"],
  port: 15439,
  counters: {
    "comptoir.payments.total": {
      says: "Payments by what became of them",
      outcomes: {
        "payment.captured": "captured",
        "payment.failed": "declined",
        "refund.succeeded": "refunded",
        "refund.failed": "refund_failed",
      },
    },
    "comptoir.captured.amount.total": {
      says: "Money that was captured",
      sums: { "payment.captured": "amountMinor" },
    },
    "comptoir.refunded.amount.total": {
      says: "Money that was given back",
      sums: { "refund.succeeded": "amountMinor" },
    },
  },
  permissions: {
    "payments.pay": { user: "own", cashier: "store", store_manager: "store" },
    "payments.read": { user: "own", cashier: "store", store_manager: "store", accountant: "any" },
    "payments.refund": { store_manager: "store", accountant: "any" },
    "payments.reports": { store_manager: "store", accountant: "any" },
  },
} satisfies Manifest;
