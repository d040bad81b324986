/**
 * The checkout as a table: where each answer leads from each step, and what it makes of the order.
 * After `commit` there is no way back, because the money is ours; before it, everything that was
 * held is let go in the reverse order: payment, stock, coupons.
 */
import type { OrderStatus } from "../contract/order.ts";

export const CHECKOUT = "checkout";

export type CheckoutStep =
  | "coupons"
  | "reserve"
  | "pay"
  | "commit"
  | "close"
  | "release"
  | "uncoupon"
  | "done";
/** A result of a step's command, an event, or a person's action. */
export type Answer =
  | "held"
  | "refused"
  | "reserved"
  | "rejected"
  | "captured"
  | "closed"
  | "expired"
  | "cancel"
  | "committed"
  | "released";

interface Transition {
  readonly to: CheckoutStep;
  readonly status?: OrderStatus;
  /** The order's final state once everything is released. */
  readonly ending?: "rejected" | "cancelled";
}

export const TRANSITIONS: Readonly<
  Record<CheckoutStep, Readonly<Partial<Record<Answer, Transition>>>>
> = {
  coupons: {
    held: { to: "reserve" },
    // All or none: a refusal holds nothing.
    refused: { to: "done", status: "rejected", ending: "rejected" },
    cancel: { to: "close", ending: "cancelled" },
  },
  reserve: {
    reserved: { to: "pay", status: "awaiting_payment" },
    rejected: { to: "uncoupon", ending: "rejected" },
    cancel: { to: "close", ending: "cancelled" },
  },
  pay: {
    captured: { to: "commit", status: "settling" },
    closed: { to: "release", ending: "cancelled" },
    expired: { to: "close", ending: "cancelled" },
    cancel: { to: "close", ending: "cancelled" },
  },
  close: {
    // The payment won the race: it is honoured.
    captured: { to: "commit", status: "settling" },
    closed: { to: "release", ending: "cancelled" },
  },
  commit: { committed: { to: "done", status: "paid" } },
  release: { released: { to: "uncoupon" } },
  uncoupon: { released: { to: "done" } },
  done: {},
};

interface TransitionContext {
  /** True when the customer gave coupons. */
  readonly coupons: boolean;
  readonly ending?: "rejected" | "cancelled" | undefined;
}

/**
 * Returns the step to which `answer` leads from `step`, or undefined where it has no effect (late
 * or repeated). Orders without coupons skip `uncoupon`; an order that is not paid ends as `ending`.
 */
export function transition(
  step: CheckoutStep,
  answer: Answer,
  context: TransitionContext,
): Transition | undefined {
  const found = TRANSITIONS[step][answer];
  if (!found) return undefined;
  const ending = context.ending ?? found.ending;
  const to = found.to === "uncoupon" && !context.coupons ? "done" : found.to;
  const status = found.status ?? (to === "done" ? ending : undefined);
  return { to, ...(status && { status }), ...(ending && { ending }) };
}

/** The steps at which `answer` means something. */
export const stepsThatAccept = (answer: Answer): CheckoutStep[] =>
  (Object.keys(TRANSITIONS) as CheckoutStep[]).filter(
    (step) => TRANSITIONS[step][answer] !== undefined,
  );

export const firstStep = (coupons: readonly string[]): CheckoutStep =>
  coupons.length > 0 ? "coupons" : "reserve";
