/**
 * What must hold across databases once nothing is under way, asked of copies. Numbers are those of the
 * reliability specification, §4; I14–I22 belong to services still to come.
 */
import type { Invariant } from "../../lib/invariants.ts";

export const ACROSS: readonly Invariant[] = [
  {
    id: "I07",
    rule: "An order is paid exactly when its money was captured, all of it.",
    violations: `select 1 from o_order d full join (
        select order_id, sum(amount) as a, min(currency) as c from p_payment
        where state = 'captured' group by 1) y on y.order_id = d.id
      where (coalesce(d.status = 'paid', false)) <> (y.a is not null)
        or y.a <> d.total or y.c <> d.currency`,
  },
  {
    id: "I08",
    rule: "Every line of a paid order has left.",
    violations: `select 1 from o_order d join o_line l on l.order_id = d.id
      join s_stocked v on v.variant_id = l.variant_id and v.stocked
      left join (select order_id, line, variant_id, sum(quantity) as q from s_line
        join s_reservation using (order_id) where state in ('committed', 'restocked') group by 1, 2, 3) r
        on r.order_id = l.order_id and r.line = l.line and r.variant_id = l.variant_id
      where d.status = 'paid' and r.q is distinct from l.quantity`,
  },
  {
    id: "I09",
    rule: "A dead order holds nothing and its payment is closed.",
    violations: `select 1 from o_order d where d.status in ('cancelled', 'rejected') and (
        exists (select 1 from s_reservation r where r.order_id = d.id and r.state in ('held', 'committed'))
        or exists (select 1 from p_payment y where y.order_id = d.id and y.state <> 'closed'))`,
  },
  {
    id: "I24",
    rule: "Coupons follow their order.",
    violations: `select 1 from k_use u join o_order d on d.id = u.order_id
      where (d.status = 'paid' and u.state <> 'used')
         or (d.status in ('cancelled', 'rejected') and u.state <> 'released')`,
  },
  {
    id: "I33",
    rule: "A cart follows its order.",
    violations: `select 1 from k_cart c join o_order d on d.id = c.order_id
      where (d.status = 'paid' and c.state <> 'converted')
         or d.status in ('cancelled', 'rejected')`,
  },
];
