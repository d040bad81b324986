/** The quantity of a line; for a coupon, 1 is present and 0 absent. */
export interface Change {
  readonly subject: "line" | "coupon";
  /** The variant's id, or the coupon's code. */
  readonly key: string;
  readonly before: number;
  readonly after: number;
}
export type Difference =
  | { readonly variantId: string; readonly before: number; readonly after: number }
  | { readonly coupon: string; readonly change: "added" | "removed" };

/** Returns the net result of `changes` (oldest first), without what was undone again. */
export function differencesOf(changes: readonly Change[]): Difference[] {
  const net = new Map<string, Change>();
  for (const change of changes) {
    const name = `${change.subject}:${change.key}`;
    net.set(name, { ...change, before: net.get(name)?.before ?? change.before });
  }
  return [...net.values()].filter(({ before, after }) => before !== after).map(toDifference);
}

const toDifference = ({ subject, key, before, after }: Change): Difference =>
  subject === "line"
    ? { variantId: key, before, after }
    : { coupon: key, change: after > before ? "added" : "removed" };
