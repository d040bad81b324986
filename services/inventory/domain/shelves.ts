/** Quantities of variants at stores, and how a change affects the available quantity. */

/** The stock of one variant at one store or warehouse. */
export interface Shelf {
  readonly storeId: string;
  readonly variantId: string;
  readonly onHand: number;
  readonly reserved: number;
  /** False for a store that is closed: what is there is not sold. */
  readonly open: boolean;
}
/** A quantity to add to a shelf, or to remove if negative. */
export interface Change {
  readonly storeId: string;
  readonly variantId: string;
  readonly onHand: number;
  readonly reserved: number;
}
export type StockState = "in_stock" | "low" | "out";

/** At so many pieces and fewer, a variant is called low. */
export const LOW = 3;

export const stateOf = (available: number): StockState =>
  available <= 0 ? "out" : available <= LOW ? "low" : "in_stock";

/** Returns the quantity that may be promised; 0 also when a till handed out reserved stock. */
export const availableAt = ({ onHand, reserved }: Pick<Shelf, "onHand" | "reserved">): number =>
  Math.max(0, onHand - reserved);

/** The quantity of each variant that all open stores together may sell. */
function totalsOf(shelves: readonly Shelf[]): Map<string, number> {
  const totals = new Map<string, number>();
  for (const shelf of shelves) {
    const before = totals.get(shelf.variantId) ?? 0;
    totals.set(shelf.variantId, before + (shelf.open ? availableAt(shelf) : 0));
  }
  return totals;
}

const keyOf = ({ storeId, variantId }: { storeId: string; variantId: string }) =>
  `${storeId} ${variantId}`;

/** Finds a shelf by where it is; looking through them for each line would be quadratic. */
export function finder(
  shelves: readonly Shelf[],
): (place: { storeId: string; variantId: string }) => Shelf | undefined {
  const byKey = new Map(shelves.map((shelf) => [keyOf(shelf), shelf]));
  return (place) => byKey.get(keyOf(place));
}

/** One change per shelf: the sums; those that change nothing are left out. */
export function summed(changes: readonly Change[]): Change[] {
  const sums = new Map<string, Change>();
  for (const change of changes) {
    const { onHand, reserved } = sums.get(keyOf(change)) ?? { onHand: 0, reserved: 0 };
    sums.set(keyOf(change), {
      ...change,
      onHand: onHand + change.onHand,
      reserved: reserved + change.reserved,
    });
  }
  return [...sums.values()].filter(({ onHand, reserved }) => onHand !== 0 || reserved !== 0);
}

/** The shelves as they are after `changes`, which are already summed. */
export function changed(shelves: readonly Shelf[], changes: readonly Change[]): Shelf[] {
  const byKey = new Map(changes.map((change) => [keyOf(change), change]));
  return shelves.map((shelf) => {
    const change = byKey.get(keyOf(shelf));
    return change
      ? {
          ...shelf,
          onHand: shelf.onHand + change.onHand,
          reserved: shelf.reserved + change.reserved,
        }
      : shelf;
  });
}

/** Variants of which what may be sold crossed a state, with what there is now. */
export function crossings(before: readonly Shelf[], after: readonly Shelf[]) {
  const totals = totalsOf(before);
  return [...totalsOf(after)]
    .map(([variantId, available]) => ({ variantId, available, state: stateOf(available) }))
    .filter(({ variantId, state }) => state !== stateOf(totals.get(variantId) ?? 0));
}

/** Shelves on which what may be sold has just fallen to few or none. */
export function runningLow(before: readonly Shelf[], after: readonly Shelf[]) {
  const had = new Map(before.map((shelf) => [keyOf(shelf), availableAt(shelf)]));
  return after
    .map((shelf) => ({ shelf, available: availableAt(shelf), before: had.get(keyOf(shelf)) ?? 0 }))
    .filter(({ available, before }) => before > LOW && available <= LOW)
    .map(({ shelf: { storeId, variantId }, available }) => ({ storeId, variantId, available }));
}
