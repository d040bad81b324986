/**
 * Double entry: every posting moves an amount from accounts to others and sums to nothing. Debits
 * are positive. `psp_clearing` is what providers owe us, `customer_orders` what we owe customers in
 * goods, `cash` what lies in the drawers, `unclaimed` money that is not ours and goes back.
 */
export type Account = "psp_clearing" | "customer_orders" | "cash" | "unclaimed";
export type PostingKind =
  | "capture"
  | "refund"
  | "cash_in"
  | "cash_out"
  | "late_capture"
  | "late_refund";

export interface Posting {
  readonly kind: PostingKind;
  /** The id of the payment, refund or late capture. Unique per kind. */
  readonly ref: string;
  readonly entries: readonly { readonly account: Account; readonly amount: number }[];
}

/** Debited and credited account of each kind. */
const ACCOUNTS: Readonly<Record<PostingKind, readonly [Account, Account]>> = {
  capture: ["psp_clearing", "customer_orders"],
  refund: ["customer_orders", "psp_clearing"],
  cash_in: ["cash", "psp_clearing"],
  cash_out: ["psp_clearing", "cash"],
  late_capture: ["psp_clearing", "unclaimed"],
  late_refund: ["unclaimed", "psp_clearing"],
};

/** `amountMinor` is positive; of nothing there is nothing to post. */
export function posting(kind: PostingKind, ref: string, amountMinor: number): Posting {
  const [debited, credited] = ACCOUNTS[kind];
  if (amountMinor === 0) return { kind, ref, entries: [] };
  return {
    kind,
    ref,
    entries: [
      { account: debited, amount: amountMinor },
      { account: credited, amount: -amountMinor },
    ],
  };
}

/**
 * Cash passes through the clearing account like every other payment, so that captures less refunds
 * is one sum for all providers, and at once into the drawer.
 */
export const capturePostings = (provider: string, paymentId: string, amountMinor: number) => [
  posting("capture", paymentId, amountMinor),
  ...(provider === "cash" ? [posting("cash_in", paymentId, amountMinor)] : []),
];
export const refundPostings = (provider: string, refundId: string, amountMinor: number) => [
  posting("refund", refundId, amountMinor),
  ...(provider === "cash" ? [posting("cash_out", refundId, amountMinor)] : []),
];
