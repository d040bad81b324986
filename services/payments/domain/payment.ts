/** The states of a payment. Pure: no clock, no chance, no I/O. */
import type { PaymentState } from "../contract/shapes.ts";

export type { PaymentState } from "../contract/shapes.ts";
export type AttemptState = "sent" | "processing" | "succeeded" | "declined";
/** The status of a provider's object. */
export type ChargeStatus = "open" | "processing" | "succeeded" | "canceled";

/**
 * The lattice created < open < processing < {captured | closed}. A state is the furthest that was
 * ever seen, so answers that come late or twice change nothing; the last two exclude each other.
 */
const NEXT: Readonly<Record<PaymentState, readonly PaymentState[]>> = {
  created: ["open", "processing", "captured", "closed"],
  open: ["processing", "captured", "closed"],
  processing: ["captured", "closed"],
  captured: [],
  closed: [],
};
const MEANS: Readonly<Record<ChargeStatus, PaymentState>> = {
  open: "open",
  processing: "processing",
  succeeded: "captured",
  canceled: "closed",
};

export const mayMove = (from: PaymentState, to: PaymentState): boolean => NEXT[from].includes(to);
export const isFinal = (state: PaymentState): boolean => NEXT[state].length === 0;

/** The state that a provider's answer moves a payment to; undefined if it is no news. */
export function moveFor(state: PaymentState, status: ChargeStatus): PaymentState | undefined {
  const to = MEANS[status];
  return mayMove(state, to) ? to : undefined;
}

interface ChargedPayment {
  readonly state: PaymentState;
  readonly chargeId: string | null;
}
/** Returns true if the money has to be refunded: the payment was closed, or charged twice. */
export const isLateCapture = (
  { state, chargeId }: ChargedPayment,
  charge: { readonly status: ChargeStatus; readonly chargeId?: string },
): boolean =>
  charge.status === "succeeded" &&
  (state === "closed" || (state === "captured" && (charge.chargeId ?? null) !== chargeId));

/**
 * Returns the public state. A payment whose attempt was declined after processing waits for another
 * attempt: it is open again, although the internal state never goes back.
 */
export const publicState = (state: PaymentState, attempt: AttemptState | undefined): PaymentState =>
  state === "processing" && attempt !== "processing" && attempt !== "sent" ? "open" : state;
