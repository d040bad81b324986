/** The invariants of stock as SQL: each must find nothing. */
import type { Sql } from "../../../lib/sql.ts";

interface Invariant {
  readonly id: string;
  readonly rule: string;
  readonly sql: string;
}

const INVARIANTS: readonly Invariant[] = [
  {
    id: "I01",
    rule: "Nothing is promised that is not there.",
    sql: "select count(*) as n from stock where reserved > on_hand + shortage",
  },
  {
    id: "I02",
    rule: "What is on hand is the sum of the ledger's entries.",
    sql: `select count(*) as n from (
        select place, variant_id, sum(quantity) as quantity from (
          select to_location as place, variant_id, quantity from movement
          union all select from_location, variant_id, -quantity from movement
        ) as entry group by place, variant_id
      ) as books
      full join stock on stock.location_id = place and stock.variant_id = books.variant_id
      join location l on l.id = coalesce(place, location_id)
      where l.kind in ('store', 'warehouse', 'transit')
        and coalesce(books.quantity, 0) <> coalesce(on_hand, 0)`,
  },
  {
    id: "I03",
    rule: "What is reserved is the sum of what is held for orders.",
    sql: `select count(*) as n from (
        select location_id, variant_id, sum(quantity) as quantity
        from reservation_line join reservation using (order_id) where state = 'held'
        group by location_id, variant_id
      ) as held full join stock using (location_id, variant_id)
      where coalesce(quantity, 0) <> coalesce(reserved, 0)`,
  },
  {
    id: "I04",
    rule: "What was committed has left once, as a sale.",
    sql: `select count(*) as n from (
        select order_id, variant_id, sum(quantity) as quantity
        from reservation_line join reservation using (order_id)
        where state in ('committed', 'restocked') group by order_id, variant_id
      ) as committed
      full join (
        select reference as order_id, variant_id, sum(quantity) as quantity
        from movement where reason = 'sale' group by reference, variant_id
      ) as sold using (order_id, variant_id)
      where committed.quantity is distinct from sold.quantity`,
  },
  {
    id: "I05",
    rule: "What is in transit is what was shipped and has not arrived.",
    sql: `select count(*) as n from (
        select variant_id, sum(sent - received - lost - returned) as quantity
        from transfer_line join transfer on id = transfer_id where state <> 'draft'
          and shipped_at is not null
        group by variant_id
      ) as shipped
      full join (
        select variant_id, sum(on_hand) as on_hand
        from stock join location l on l.id = location_id where l.kind = 'transit'
        group by variant_id
      ) as transit using (variant_id)
      where coalesce(quantity, 0) <> coalesce(on_hand, 0)`,
  },
];

/** All of them in one snapshot, so that what happens meanwhile is in none of them. */
export async function violations(
  sql: Sql,
): Promise<{ id: string; rule: string; violations: number }[]> {
  await sql.run("set transaction isolation level repeatable read read only");
  const found = [];
  for (const { id, rule, sql: statement } of INVARIANTS) {
    const row = await sql.row<{ n: number }>(statement);
    found.push({ id, rule, violations: row?.n ?? 0 });
  }
  return found;
}
