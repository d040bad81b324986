/** Invariants of the stock ledger. All but I31 are proved in ranges of keys: `GET /inventory/proof`. */
import type { Invariant } from "../../lib/invariants.ts";
import { StockCommitted, StockReleased, StockReserved } from "./inventory.contract.ts";

const variant = "variant_id > $1::uuid and variant_id <= $2::uuid";

export const INVARIANTS: readonly Invariant[] = [
  {
    id: "I01",
    rule: "Nothing is promised that is not there.",
    by: "variant",
    // A check constraint says so too; this looks whether it does.
    violations: `select 1 from stock where ${variant} and reserved > on_hand + shortage`,
    watched: { as: "oversold" },
  },
  {
    id: "I02",
    rule: "What is on hand is the sum of the ledger's entries.",
    by: "variant",
    violations: `select 1 from (
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
    by: "variant",
    violations: `select 1 from (
        select location_id, variant_id, sum(quantity) as quantity
        from reservation_line join reservation using (order_id)
        where state = 'held' and ${variant}
        group by location_id, variant_id
      ) as held
      full join (select * from stock where ${variant}) as stock using (location_id, variant_id)
      where coalesce(quantity, 0) <> coalesce(reserved, 0)`,
  },
  {
    id: "I04",
    rule: "What was committed has left once, as a sale.",
    by: "order",
    violations: `select 1 from (
        select order_id, variant_id, sum(quantity) as quantity
        from reservation_line join reservation using (order_id)
        where state in ('committed', 'restocked')
          and order_id > $1::uuid and order_id <= $2::uuid
        group by order_id, variant_id
      ) as committed
      full join (
        select reference as order_id, variant_id, sum(quantity) as quantity
        from movement
        where reason = 'sale' and reference > $1::uuid and reference <= $2::uuid
        group by reference, variant_id
      ) as sold using (order_id, variant_id)
      where committed.quantity is distinct from sold.quantity`,
  },
  {
    id: "I05",
    rule: "What is in transit is what was shipped and has not arrived.",
    by: "variant",
    violations: `select 1 from (
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
  {
    id: "I31",
    rule: "What became of held stock was published.",
    violations: `select 1 from reservation r
      join (values
        ('${StockReserved.name}', array['held', 'committed', 'restocked', 'released']),
        ('${StockCommitted.name}', array['committed', 'restocked']),
        ('${StockReleased.name}', array['released'])) t (name, states) on r.state = any(t.states)
      where not exists (select 1 from event e where e.name = t.name and e.key = r.order_id::text)`,
  },
];
