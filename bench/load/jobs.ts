/** What the load generator can be asked to do, and what it answers. */

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
  /** How many in all. */
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
  /** How many operations were done as they should be. */
  readonly done: number;
  readonly seconds: number;
  /** How long each waited; of checkouts, for all of their calls. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** How often each answer came, by status and code. */
  readonly answers: Readonly<Record<string, number>>;
  /** The last answers that should not have come. */
  readonly troubles: readonly string[];
}
