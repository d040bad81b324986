/**
 * What must hold over all databases once nothing is under way: each query counts the violations.
 * Numbers are those of the reliability specification, §4; I14–I22 belong to services still to come.
 */
import type { Invariant } from "./invariant.ts";
import { DOMAINS } from "../../services/manifests.ts";
import { PUBLISHED } from "./published.ts";

/** Who hears whom: a cursor behind its producer's head is an event without its effect. */
const lag = DOMAINS.flatMap((consumer) =>
  DOMAINS.map(
    (producer) => `select 1 from cursor_${consumer} c, head_${producer} h
                   where c.producer = '${producer}' and c.position <> h.head`,
  ),
).join(" union all ");
const feeds = DOMAINS.map(
  (service) => `select 1 from head_${service} where unnumbered > 0 or numbered <> head or dead > 0`,
).join(" union all ");

export const INVARIANTS: readonly Invariant[] = [
  {
    id: "I01",
    says: "nothing is oversold",
    service: "inventory",
    query: "select count(*) as n from stock where reserved > on_hand + shortage",
  },
  {
    id: "I02",
    says: "stock is the sum of its movements",
    service: "inventory",
    query: `with booked as (
        select location_id, variant_id, sum(quantity) as q from (
          select to_location as location_id, variant_id, quantity from movement
          union all select from_location, variant_id, -quantity from movement) m
        join location l on l.id = location_id and l.kind in ('store', 'warehouse', 'transit')
        group by 1, 2), kept as (
        select location_id, variant_id, on_hand from stock
        join location l on l.id = location_id and l.kind in ('store', 'warehouse', 'transit'))
      select count(*) as n from booked full join kept using (location_id, variant_id)
      where coalesce(q, 0) <> coalesce(on_hand, 0)`,
  },
  {
    id: "I03",
    says: "what is reserved is what orders hold",
    service: "inventory",
    query: `with held as (
        select location_id, variant_id, sum(quantity) as q from reservation_line
        join reservation using (order_id) join stocked_variant using (variant_id)
        where state = 'held' and stocked group by 1, 2)
      select count(*) as n from held full join stock using (location_id, variant_id)
      where coalesce(q, 0) <> coalesce(reserved, 0)`,
  },
  {
    id: "I04",
    says: "each committed line left the store once",
    service: "inventory",
    query: `with left_store as (
        select order_id, variant_id, sum(quantity) as q from reservation_line
        join reservation using (order_id) join stocked_variant using (variant_id)
        where state in ('committed', 'restocked') and stocked group by 1, 2), moved as (
        select reference as order_id, variant_id, sum(quantity) as q from movement
        where reason = 'sale' group by 1, 2)
      select count(*) as n from left_store r full join moved m using (order_id, variant_id)
      where r.q is distinct from m.q`,
  },
  {
    id: "I05",
    says: "what is in transit was sent and has not arrived",
    service: "inventory",
    query: `with sent as (
        select variant_id, sum(sent - received - lost - returned) as q from transfer_line
        join transfer t on t.id = transfer_id where t.state <> 'draft' and t.shipped_at is not null
        group by 1), moving as (
        select variant_id, sum(on_hand) as q from stock
        join location l on l.id = location_id and l.kind = 'transit' group by 1)
      select count(*) as n from sent s full join moving m using (variant_id)
      where coalesce(s.q, 0) <> coalesce(m.q, 0)`,
  },
  {
    id: "I06",
    says: "no process is stuck",
    query: `select count(*) as n from o_saga g left join o_order d on d.id = g.id
      where not g.ended and not (g.step = 'pay' and d.pay_deadline > now())`,
  },
  {
    id: "I07",
    says: "an order is paid exactly when its money was captured, all of it",
    query: `select count(*) as n from o_order d full join (
        select order_id, sum(amount) as a, min(currency) as c from p_payment where state = 'captured' group by 1) y
        on y.order_id = d.id
      where (coalesce(d.status = 'paid', false)) <> (y.a is not null)
        or y.a <> d.total or y.c <> d.currency`,
  },
  {
    id: "I08",
    says: "every line of a paid order has left",
    query: `select count(*) as n from o_order d join o_line l on l.order_id = d.id
      join s_stocked v on v.variant_id = l.variant_id and v.stocked
      left join (select order_id, line, variant_id, sum(quantity) as q from s_line
        join s_reservation using (order_id) where state in ('committed', 'restocked') group by 1, 2, 3) r
        on r.order_id = l.order_id and r.line = l.line and r.variant_id = l.variant_id
      where d.status = 'paid' and r.q is distinct from l.quantity`,
  },
  {
    id: "I09",
    says: "a dead order holds nothing and its payment is closed",
    query: `select count(*) as n from o_order d where d.status in ('cancelled', 'rejected') and (
        exists (select 1 from s_reservation r where r.order_id = d.id and r.state in ('held', 'committed'))
        or exists (select 1 from p_payment y where y.order_id = d.id and y.state <> 'closed'))`,
  },
  {
    id: "I10",
    says: "nobody is charged twice",
    query: `select count(*) as n from (
      select order_id from p_payment where state = 'captured' group by 1 having count(*) > 1) x`,
  },
  {
    id: "I11",
    says: "the ledger balances",
    service: "payments",
    query: `select count(*) as n from (
      select tx, currency from entry group by 1, 2 having sum(amount) <> 0) x`,
  },
  {
    id: "I12",
    says: "the ledger is what was captured less what was given back",
    service: "payments",
    query: `with booked as (
        select currency, sum(amount) as a from entry
        where account in ('psp_clearing', 'cash') and kind in ('capture', 'refund', 'cash_in', 'cash_out')
        group by 1), kept as (
        select currency, sum(case when state = 'captured' then amount else 0 end) - sum(refunded) as a
        from payment group by 1)
      select count(*) as n from booked b full join kept k using (currency)
      where coalesce(b.a, 0) <> coalesce(k.a, 0)`,
  },
  {
    id: "I13",
    says: "what is refunded is the sum of refunds",
    service: "payments",
    query: `select count(*) as n from payment y left join (
        select payment_id, coalesce(sum(amount) filter (where state = 'succeeded'), 0) as done,
          coalesce(sum(amount) filter (where state in ('requested', 'sent')), 0) as pending
        from refund group by 1) r on r.payment_id = y.id
      where y.refunded <> coalesce(r.done, 0) or y.refund_pending <> coalesce(r.pending, 0)`,
  },
  {
    id: "I23",
    says: "a coupon is used as often as its uses say",
    service: "pricing",
    query: `select count(*) as n from coupon c left join (
        select code, count(*) as n from coupon_use where state <> 'released' group by 1) u using (code)
      where c.used <> coalesce(u.n, 0)`,
  },
  {
    id: "I24",
    says: "coupons follow their order",
    query: `select count(*) as n from k_use u join o_order d on d.id = u.order_id
      where (d.status = 'paid' and u.state <> 'used')
         or (d.status in ('cancelled', 'rejected') and u.state <> 'released')`,
  },
  {
    id: "I25",
    says: "every event is numbered, without gaps, and none is put aside",
    query: `select count(*) as n from (${feeds}) x`,
  },
  {
    id: "I25b",
    says: "everybody has heard everything",
    query: `select count(*) as n from (${lag}) x`,
  },
  {
    id: "I26",
    says: "an order costs what its lines cost",
    query: `select count(*) as n from o_order d left join (
        select order_id, sum(total) as q from o_line group by 1) l on l.order_id = d.id
      where d.total <> coalesce(l.q, 0)`,
  },
  {
    id: "I27",
    says: "no word of a payment provider is left unread",
    service: "payments",
    query: "select count(*) as n from psp_event where processed_at is null",
  },
  {
    id: "I28",
    says: "one order for each idempotency key",
    query: `select count(*) as n from (
      select resource_id from o_key group by 1 having count(*) > 1) x`,
  },
  ...PUBLISHED,
];
