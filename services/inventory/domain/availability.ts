/** What shoppers may know of how many there are. */
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
/** Of what no stock is kept there is always enough. */
export const PLENTY: PublicAvailability = toPublic(SHOWN);
export const NONE: PublicAvailability = toPublic(0);
