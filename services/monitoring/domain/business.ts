/**
 * What the shop's owner wants to see as curves, counted from what services tell. The node that told it
 * counts it once, after the commit: sums over all nodes are right, and a node that is killed between the
 * two leaves one out. Books are kept in the databases, to the cent; these are for graphs and alerts.
 */
import { toDecimal } from "../../../lib/money.ts";
import { CartAbandoned, CartConverted } from "../../carts/carts.contract.ts";
import { UserRegistered } from "../../identity/identity.contract.ts";
import { AvailabilityChanged } from "../../inventory/inventory.contract.ts";
import {
  NewOrder,
  OrderCancelled,
  OrderProcessed,
  OrderRefunded,
  OrderRejected,
} from "../../orders/orders.contract.ts";
import {
  PaymentCaptured,
  PaymentFailed,
  RefundFailed,
  RefundSucceeded,
} from "../../payments/payments.contract.ts";
import { CouponRedeemed } from "../../pricing/pricing.contract.ts";

export const COUNTERS = {
  "comptoir.orders.total": { labels: ["outcome"], says: "Orders by what became of them" },
  "comptoir.sales.amount.total": {
    labels: ["currency"],
    says: "What paid orders cost, in units of the currency",
  },
  "comptoir.payments.total": { labels: ["outcome"], says: "Payments by what became of them" },
  "comptoir.captured.amount.total": { labels: ["currency"], says: "Money that was captured" },
  "comptoir.refunded.amount.total": { labels: ["currency"], says: "Money that was given back" },
  "comptoir.carts.total": { labels: ["outcome"], says: "Carts by what became of them" },
  "comptoir.availability.total": {
    labels: ["state"],
    says: "Variants that came into stock, ran low or ran out",
  },
  "comptoir.people.total": { labels: ["outcome"], says: "People who registered" },
  "comptoir.coupons.total": { labels: ["outcome"], says: "Coupons that were redeemed" },
} as const;
export type Counter = keyof typeof COUNTERS;
export interface Count {
  readonly counter: Counter;
  readonly labels: Readonly<Record<string, string>>;
  readonly by: number;
}

interface Outcome {
  readonly counter: Counter;
  readonly outcome: string;
  /** Where the event's amount goes too, and the name of that field. */
  readonly money?: readonly [Counter, "totalMinor" | "amountMinor"];
}
const OUTCOMES: Readonly<Record<string, Outcome>> = {
  [NewOrder.name]: { counter: "comptoir.orders.total", outcome: "placed" },
  [OrderProcessed.name]: {
    counter: "comptoir.orders.total",
    outcome: "paid",
    money: ["comptoir.sales.amount.total", "totalMinor"],
  },
  [OrderRejected.name]: { counter: "comptoir.orders.total", outcome: "rejected" },
  [OrderCancelled.name]: { counter: "comptoir.orders.total", outcome: "cancelled" },
  [OrderRefunded.name]: { counter: "comptoir.orders.total", outcome: "refunded" },
  [PaymentCaptured.name]: {
    counter: "comptoir.payments.total",
    outcome: "captured",
    money: ["comptoir.captured.amount.total", "amountMinor"],
  },
  [PaymentFailed.name]: { counter: "comptoir.payments.total", outcome: "declined" },
  [RefundSucceeded.name]: {
    counter: "comptoir.payments.total",
    outcome: "refunded",
    money: ["comptoir.refunded.amount.total", "amountMinor"],
  },
  [RefundFailed.name]: { counter: "comptoir.payments.total", outcome: "refund_failed" },
  [CartConverted.name]: { counter: "comptoir.carts.total", outcome: "converted" },
  [CartAbandoned.name]: { counter: "comptoir.carts.total", outcome: "abandoned" },
  [UserRegistered.name]: { counter: "comptoir.people.total", outcome: "registered" },
  [CouponRedeemed.name]: { counter: "comptoir.coupons.total", outcome: "redeemed" },
};
const STATES = ["in_stock", "low", "out"];

/** What an event adds to which counters; nothing, if it is not of interest. */
export function countsOf(name: string, data: unknown): Count[] {
  const input = data as Readonly<Record<string, unknown>>;
  if (name === AvailabilityChanged.name) return [availability(String(input.state), 1)];
  const found = Object.hasOwn(OUTCOMES, name) ? OUTCOMES[name] : undefined;
  if (!found) return [];
  const { counter, outcome, money } = found;
  const counted = { counter, labels: { outcome }, by: 1 };
  if (!money) return [counted];
  const [sum, field] = money;
  const currency = String(input.currency);
  return [
    counted,
    { counter: sum, labels: { currency }, by: toDecimal(Number(input[field]), currency) },
  ];
}

/**
 * Everything at nothing: a counter that appears with its first event would hide it, because a rise is
 * seen only between two looks. `currency` is the system's own; others appear with their first event.
 */
export const beginnings = (currency: string): Count[] => [
  ...Object.values(OUTCOMES).flatMap(({ counter, outcome, money }) => [
    { counter, labels: { outcome }, by: 0 },
    ...(money ? [{ counter: money[0], labels: { currency }, by: 0 }] : []),
  ]),
  ...STATES.map((state) => availability(state, 0)),
];

const availability = (state: string, by: number): Count => ({
  counter: "comptoir.availability.total",
  labels: { state },
  by,
});
