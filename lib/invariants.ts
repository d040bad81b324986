/** Invariants of a service's own database: `services/<name>/invariants.ts` says it, once. */
export interface Invariant {
  /** Its number in the documentation. */
  readonly id: string;
  readonly rule: string;
  /** A query that finds the violations: one row each, none when all is well. */
  readonly violations: string;
  /**
   * Each key of this kind can be looked at by itself: `violations` finds those with a key
   * above $1 and up to $2.
   */
  readonly by?: string;
  /** Each node counts the violations every few minutes, under this name: all, or those that `sql` finds. */
  readonly watched?: { readonly as: string; readonly sql?: string };
}

export const FIRST_KEY = "00000000-0000-0000-0000-000000000000";
export const LAST_KEY = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/** Counts the violations with keys above `from` and up to `to`: all of them if not said. */
export const counting = (
  { violations, by }: Pick<Invariant, "violations" | "by">,
  [from, to]: readonly [string, string] = [FIRST_KEY, LAST_KEY],
): [text: string, values: string[]] => [
  `select count(*)::int as n from (${violations}) as found`,
  by === undefined ? [] : [from, to],
];

/** Counts the violations that nodes watch. */
export const countingWatched = ({ watched, ...invariant }: Invariant) =>
  counting(watched?.sql === undefined ? invariant : { violations: watched.sql });

/** Holds in every service's database: its feed has no gap, and no event was put aside. */
export const FEED: Invariant = {
  id: "I25",
  rule: "every event is numbered, without gaps, and none is put aside",
  violations: `select 1 from event where position is null
    union all select 1 from (select count(position) as n, max(position) as head from event) e
    where n <> coalesce(head, 0)
    union all select 1 from dead_letter where replayed_at is null`,
};
