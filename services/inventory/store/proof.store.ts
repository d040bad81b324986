/** The invariants of stock as SQL, over a range of keys ($1 < key ≤ $2): each must find nothing. */
import { CursorInvalid } from "../../../lib/page.ts";
import type { Sql } from "../../../lib/sql.ts";
import type { InventoryDb } from "../inventory.types.ts";

interface Invariant {
  readonly id: string;
  readonly rule: string;
  readonly sql: string;
}
/** Invariants that hold for each key by itself, so that a range of keys can be looked at alone. */
interface Part {
  /** The last key of the next range. */
  readonly upTo: string;
  readonly invariants: readonly Invariant[];
}
const variant = "variant_id > $1 and variant_id <= $2";

const PARTS: readonly Part[] = [
  {
    upTo: "select variant_id as key from stocked_variant where variant_id > $1 order by 1 limit 1 offset 499",
    invariants: [
      {
        id: "I01",
        rule: "Nothing is promised that is not there.",
        sql: `select count(*) as n from stock where ${variant} and reserved > on_hand + shortage`,
      },
      {
        id: "I02",
        rule: "What is on hand is the sum of the ledger's entries.",
        sql: `select count(*) as n from (
            select place, variant_id, sum(quantity) as quantity from (
              select to_location as place, variant_id, quantity from movement where ${variant}
              union all
              select from_location, variant_id, -quantity from movement where ${variant}
            ) as entry group by place, variant_id
          ) as books
          full join (select * from stock where ${variant}) as stock
            on stock.location_id = place and stock.variant_id = books.variant_id
          join location l on l.id = coalesce(place, location_id)
          where l.kind in ('store', 'warehouse', 'transit')
            and coalesce(books.quantity, 0) <> coalesce(on_hand, 0)`,
      },
      {
        id: "I03",
        rule: "What is reserved is the sum of what is held for orders.",
        sql: `select count(*) as n from (
            select location_id, variant_id, sum(quantity) as quantity
            from reservation_line join reservation using (order_id)
            where state = 'held' and ${variant}
            group by location_id, variant_id
          ) as held
          full join (select * from stock where ${variant}) as stock using (location_id, variant_id)
          where coalesce(quantity, 0) <> coalesce(reserved, 0)`,
      },
      {
        id: "I05",
        rule: "What is in transit is what was shipped and has not arrived.",
        sql: `select count(*) as n from (
            select variant_id, sum(sent - received - lost - returned) as quantity
            from transfer_line join transfer on id = transfer_id
            where state <> 'draft' and shipped_at is not null and ${variant}
            group by variant_id
          ) as shipped
          full join (
            select variant_id, sum(on_hand) as on_hand
            from stock join location l on l.id = location_id
            where l.kind = 'transit' and ${variant} group by variant_id
          ) as transit using (variant_id)
          where coalesce(quantity, 0) <> coalesce(on_hand, 0)`,
      },
    ],
  },
  {
    upTo: "select order_id as key from reservation where order_id > $1 order by 1 limit 1 offset 9999",
    invariants: [
      {
        id: "I04",
        rule: "What was committed has left once, as a sale.",
        sql: `select count(*) as n from (
            select order_id, variant_id, sum(quantity) as quantity
            from reservation_line join reservation using (order_id)
            where state in ('committed', 'restocked') and order_id > $1 and order_id <= $2
            group by order_id, variant_id
          ) as committed
          full join (
            select reference as order_id, variant_id, sum(quantity) as quantity
            from movement where reason = 'sale' and reference > $1 and reference <= $2
            group by reference, variant_id
          ) as sold using (order_id, variant_id)
          where committed.quantity is distinct from sold.quantity`,
      },
    ],
  },
];
const FIRST = "00000000-0000-0000-0000-000000000000";
const LAST = "ffffffff-ffff-ffff-ffff-ffffffffffff";

export interface Found {
  readonly id: string;
  readonly rule: string;
  readonly violations: number;
}
/** Which part comes next, and the last key of it that was looked at. */
export type ProofKey = readonly [part: number, key: string];

/**
 * Looks at one range after the other until all were looked at or `untilMs` (as of Date.now) has passed;
 * `next` is where to go on. Each range is looked at in one snapshot, so that what happens
 * meanwhile is in none of its invariants. @throws CursorInvalid (400)
 */
export async function violations(
  db: InventoryDb,
  after: ProofKey | undefined,
  untilMs: number,
): Promise<{ invariants: Found[]; next?: ProofKey }> {
  const counts = new Map<string, number>();
  let [part, key]: ProofKey = after ?? [0, FIRST];
  if (!PARTS[part]) throw CursorInvalid({});
  while (PARTS[part]) {
    const from = key;
    const { invariants, upTo } = PARTS[part] as Part;
    const to = await db.transaction(async (tx) => {
      const sql = db.in(tx);
      await sql.run("set transaction isolation level repeatable read read only");
      await sql.run("set local statement_timeout = '10s'");
      const end = (await sql.row<{ key: string }>(upTo, [from]))?.key ?? LAST;
      for (const one of invariants)
        counts.set(one.id, (counts.get(one.id) ?? 0) + (await countOf(sql, one, from, end)));
      return end;
    });
    [part, key] = to === LAST ? [part + 1, FIRST] : [part, to];
    if (PARTS[part] && Date.now() >= untilMs)
      return { invariants: foundOf(counts), next: [part, key] };
  }
  return { invariants: foundOf(counts) };
}

const countOf = async (sql: Sql, one: Invariant, from: string, to: string): Promise<number> =>
  (await sql.row<{ n: number }>(one.sql, [from, to]))?.n ?? 0;

const foundOf = (counts: ReadonlyMap<string, number>): Found[] =>
  PARTS.flatMap(({ invariants }) => invariants)
    .filter(({ id }) => counts.has(id))
    .map(({ id, rule }) => ({ id, rule, violations: counts.get(id) ?? 0 }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
