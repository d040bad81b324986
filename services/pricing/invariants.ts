/** Invariants of coupons and their uses. */
import type { Invariant } from "../../lib/invariants.ts";
import { CouponRedeemed, CouponReleased } from "./pricing.contract.ts";

export const INVARIANTS: readonly Invariant[] = [
  {
    id: "I23",
    rule: "A coupon is used as often as its uses say.",
    violations: `select 1 from coupon c left join (
        select code, count(*) as n from coupon_use where state <> 'released' group by 1) u using (code)
      where c.used <> coalesce(u.n, 0)`,
  },
  {
    id: "I32",
    rule: "What became of a coupon's use was published.",
    violations: `select 1 from coupon_use u
      join (values ('${CouponRedeemed.name}', 'used'), ('${CouponReleased.name}', 'released'))
        t (name, state) on t.state = u.state
      where not exists (select 1 from event e where e.name = t.name and e.key = u.order_id::text
                          and e.data ->> 'code' = u.code)`,
  },
];
