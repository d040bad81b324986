/** Decides the effect of a commit or a release on a reservation, in whichever order they come. */
import { StockGone, StockNotHeld } from "../inventory.contract.ts";

export type ReservationState = "held" | "committed" | "released" | "restocked" | "tombstone";

export type Settling =
  /** The hold ends in `state`; what was held leaves or is free. */
  | { readonly does: "end"; readonly state: "committed" | "released" }
  /** The release came first: the hold must not come later. */
  | { readonly does: "bury" }
  /** It was done before. */
  | { readonly does: "nothing" };

type Ends = Readonly<Record<ReservationState | "unknown", Settling | "refuse">>;

const NOTHING: Settling = { does: "nothing" };
const ENDS: Readonly<Record<"commit" | "release", Ends>> = {
  commit: {
    held: { does: "end", state: "committed" },
    committed: NOTHING,
    restocked: NOTHING,
    released: "refuse",
    tombstone: "refuse",
    unknown: "refuse",
  },
  release: {
    held: { does: "end", state: "released" },
    committed: "refuse",
    restocked: NOTHING,
    released: NOTHING,
    tombstone: NOTHING,
    unknown: { does: "bury" },
  },
};

/**
 * Returns the effect of `kind` on an order whose reservation is in `state` (undefined: unknown), or
 * the failure: StockNotHeld for a commit of what is not reserved, StockGone for a release of what
 * has left.
 */
export function settling(
  kind: "commit" | "release",
  orderId: string,
  state: ReservationState | undefined,
): Settling | Error {
  const end = ENDS[kind][state ?? "unknown"];
  if (end !== "refuse") return end;
  return kind === "commit"
    ? StockNotHeld({ orderId, state: state ?? "unknown" })
    : StockGone({ orderId });
}
