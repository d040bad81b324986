/** Computes the availability that shoppers see. */
import { type StockState, stateOf } from "./shelves.ts";

/** Above this, shoppers (and competitors) learn no number. */
const SHOWN = 10;

interface PublicAvailability {
  readonly state: StockState;
  readonly available: number;
}
export const toPublic = (available: number): PublicAvailability => ({
  state: stateOf(available),
  available: Math.min(SHOWN, Math.max(0, available)),
});
/** A variant without stock-keeping is always available. */
export const PLENTY: PublicAvailability = toPublic(SHOWN);
export const NONE: PublicAvailability = toPublic(0);
