/** Invariants of orders and their processes. */
import type { Invariant } from "../../lib/invariants.ts";
import {
  NewOrder,
  OrderCancelled,
  OrderProcessed,
  OrderRefunded,
  OrderRejected,
} from "./orders.contract.ts";

export const INVARIANTS: readonly Invariant[] = [
  {
    id: "I06",
    rule: "No process is stuck.",
    violations: `select 1 from saga g left join "order" d on d.id = g.id and not d.tombstone
      where ended_at is null and not (step = 'pay' and coalesce(d.pay_deadline > now(), false))`,
  },
  {
    id: "I26",
    rule: "An order costs what its lines cost.",
    violations: `select 1 from "order" d left join (
        select order_id, sum(total) as q from order_line group by 1) l on l.order_id = d.id
      where not tombstone and d.total <> coalesce(l.q, 0)`,
  },
  {
    id: "I28",
    rule: "There is one order for each idempotency key.",
    violations: `select resource_id from idempotency where resource_id is not null
      group by 1 having count(*) > 1`,
  },
  {
    id: "I29",
    rule: "What became of an order was published.",
    violations: `select 1 from "order" o
      join (values ('${NewOrder.name}', null), ('${OrderProcessed.name}', 'paid'),
          ('${OrderRejected.name}', 'rejected'), ('${OrderCancelled.name}', 'cancelled'),
          ('${OrderRefunded.name}', 'refunded')) t (name, status)
        on t.status is null or t.status = o.status
          or (t.status = 'refunded' and o.refunded_at is not null)
      where not o.tombstone
        and not exists (select 1 from event e where e.name = t.name and e.key = o.id::text)`,
  },
];
