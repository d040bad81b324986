/** Jobs and results of the load generator. */

export interface Buyer {
  readonly id: string;
  readonly token: string;
}
export interface Sku {
  readonly variantId: string;
  readonly priceMinor: number;
}

/** The same GET again and again, on `connections` connections. */
export interface Hammer {
  readonly kind: "hammer";
  readonly port: number;
  readonly path: string;
  readonly connections: number;
  readonly ms: number;
}
/** Each buyer buys one thing after the other, from an empty cart to a paid order. */
export interface Checkouts {
  readonly kind: "checkouts";
  readonly port: number;
  readonly buyers: readonly Buyer[];
  readonly skus: readonly Sku[];
  /** Total number of operations. */
  readonly count: number;
}
/** Each buyer asks for the same thing once, all at the same moment. */
export interface LastBoxes {
  readonly kind: "lastBoxes";
  readonly port: number;
  readonly buyers: readonly Buyer[];
  readonly variantId: string;
}
export type Job = Hammer | Checkouts | LastBoxes;

export interface Outcome {
  /** Number of operations with the expected result. */
  readonly done: number;
  readonly seconds: number;
  /** Median latency; of checkouts, over all of their calls. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Number of answers by status and code. */
  readonly answers: Readonly<Record<string, number>>;
  /** The last answers that should not have come. */
  readonly troubles: readonly string[];
}
