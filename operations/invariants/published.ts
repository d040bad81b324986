/**
 * What has happened was told, and heard: whoever tells after the commit and not in it is found out
 * here, when it dies in between. These numbers go on where the specification's end.
 */
import type { Invariant } from "./invariant.ts";

export const PUBLISHED: readonly Invariant[] = [
  {
    id: "I29",
    says: "what became of an order was told",
    service: "orders",
    query: `select count(*) as n from "order" o
      join (values ('new-order', null), ('order-processed', 'paid'), ('order.rejected', 'rejected'),
                   ('order.cancelled', 'cancelled'), ('order.refunded', 'refunded')) t (name, status)
        on t.status is null or t.status = o.status
          or (t.status = 'refunded' and o.refunded_at is not null)
      where not o.tombstone
        and not exists (select 1 from event e where e.name = t.name and e.key = o.id::text)`,
  },
  {
    id: "I30",
    says: "what became of a payment was told",
    service: "payments",
    // Of one that was closed for another provider's sake, nothing is told.
    query: `with due (name, order_id, refund_id) as (
        select 'payment.' || state, order_id, null::uuid from payment p
        where state = 'captured' or (state = 'closed' and customer_id is not null
          and not exists (select 1 from payment later
                          where later.order_id = p.order_id and later.created_at > p.created_at))
        union all
        select 'refund.' || r.state, order_id, r.id from refund r join payment p on p.id = payment_id
        where r.state in ('succeeded', 'failed'))
      select count(*) as n from due where not exists (
        select 1 from event e where e.name = due.name and e.key = order_id::text
          and (refund_id is null or e.data ->> 'refundId' = refund_id::text))`,
  },
  {
    id: "I31",
    says: "what became of held stock was told",
    service: "inventory",
    query: `select count(*) as n from reservation r
      join (values ('stock.reserved', array['held', 'committed', 'restocked', 'released']),
                   ('stock.committed', array['committed', 'restocked']),
                   ('stock.released', array['released'])) t (name, states) on r.state = any(t.states)
      where not exists (select 1 from event e where e.name = t.name and e.key = r.order_id::text)`,
  },
  {
    id: "I32",
    says: "what became of a coupon's use was told",
    service: "pricing",
    query: `select count(*) as n from coupon_use u
      join (values ('coupon.redeemed', 'used'), ('coupon.released', 'released')) t (name, state)
        on t.state = u.state
      where not exists (select 1 from event e where e.name = t.name and e.key = u.order_id::text
                          and e.data ->> 'code' = u.code)`,
  },
  {
    id: "I33",
    says: "a cart follows its order",
    query: `select count(*) as n from k_cart c join o_order d on d.id = c.order_id
      where (d.status = 'paid' and c.state <> 'converted')
         or d.status in ('cancelled', 'rejected')`,
  },
];
