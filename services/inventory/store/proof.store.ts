/** The proof of the stock ledger, range by range of keys: what must hold is said in `invariants.ts`. */
import { counting, FIRST_KEY, LAST_KEY } from "../../../lib/invariants.ts";
import { CursorInvalid } from "../../../lib/page.ts";
import { INVARIANTS } from "../invariants.ts";
import type { InventoryDb } from "../inventory.types.ts";

/** Each looks at invariants that hold for each key by itself; `upTo` is the last key of the next range. */
const PARTS = [
  {
    by: "variant",
    upTo: "select variant_id as key from stocked_variant where variant_id > $1 order by 1 limit 1 offset 499",
  },
  {
    by: "order",
    upTo: "select order_id as key from reservation where order_id > $1 order by 1 limit 1 offset 9999",
  },
] as const;
const PROVED = INVARIANTS.filter(({ by }) => by !== undefined);

interface Found {
  readonly id: string;
  readonly rule: string;
  readonly violations: number;
}
/** The next part, and the last key of it that was checked. */
export type ProofKey = readonly [part: number, key: string];

/**
 * Checks one range after the other until all are checked or `untilMs` (as of Date.now) has passed;
 * `next` is where to continue. Each range is read in one snapshot, so that concurrent changes
 * violate no invariant.
 * @throws CursorInvalid (400)
 */
export async function violations(
  db: InventoryDb,
  after: ProofKey | undefined,
  untilMs: number,
): Promise<{ invariants: Found[]; next?: ProofKey }> {
  const counts = new Map<string, number>();
  let [part, key]: ProofKey = after ?? [0, FIRST_KEY];
  if (!PARTS[part]) throw CursorInvalid({});
  for (let current; (current = PARTS[part]) !== undefined;) {
    const from = key;
    const { by, upTo } = current;
    const to = await db.transaction(async (tx) => {
      const sql = db.in(tx);
      await sql.run("set transaction isolation level repeatable read read only");
      await sql.run("set local statement_timeout = '10s'");
      const end = (await sql.row<{ key: string }>(upTo, [from]))?.key ?? LAST_KEY;
      for (const one of PROVED.filter((invariant) => invariant.by === by)) {
        const found = await sql.row<{ n: number }>(...counting(one, [from, end]));
        counts.set(one.id, (counts.get(one.id) ?? 0) + (found?.n ?? 0));
      }
      return end;
    });
    [part, key] = to === LAST_KEY ? [part + 1, FIRST_KEY] : [part, to];
    if (PARTS[part] && Date.now() >= untilMs)
      return { invariants: foundOf(counts), next: [part, key] };
  }
  return { invariants: foundOf(counts) };
}

const foundOf = (counts: ReadonlyMap<string, number>): Found[] =>
  PROVED.filter(({ id }) => counts.has(id)).map(({ id, rule }) => ({
    id,
    rule,
    violations: counts.get(id) ?? 0,
  }));
