/** SQL beside the table of coupons: which are used up, and a customer's uses. */
import { literal } from "sequelize";
import type { Sql } from "../../../lib/sql.ts";
import type { Coupon } from "../domain/coupon.ts";
import type { CouponOnOffer } from "../contract/coupon.shape.ts";
import { Coupons } from "./tables.ts";

/** A coupon with what is left of it. */
export interface Countable {
  readonly coupon: Coupon;
  readonly used: number;
  readonly maxUses?: number;
  readonly maxUsesPerCustomer?: number;
  /** Number of uses held or consumed by this customer; 0 without one. */
  readonly usedByCustomer: number;
}

export async function couponsToQuote(
  sql: Sql,
  codes: readonly string[],
  customerId: string | undefined,
): Promise<Countable[]> {
  const rows = await sql.rows<{ mine: number }>(
    `select ${Coupons.columns}, (select count(*) from coupon_use u
       where u.code = c.code and u.customer_id = $2 and u.state <> 'released') as mine
     from coupon c where code = any($1::text[])`,
    [codes, customerId ?? null],
  );
  return rows.map((row) => toCountable(Coupons.read(row), row.mine));
}

/** Builds the condition for coupons that may be used now, or for its opposite. */
export const isActive = (active: boolean) =>
  literal(`${active} = (ended_at is null and coalesce(ends_at > now(), true)
    and coalesce(starts_at <= now(), true) and coalesce(used < max_uses, true))`);

/** Ending twice leaves the first moment. */
export async function endCoupon(sql: Sql, code: string): Promise<CouponOnOffer | undefined> {
  const row = await sql.row(
    `update coupon set ended_at = coalesce(ended_at, now()) where code = $1
     returning ${Coupons.columns}`,
    [code],
  );
  return row && Coupons.read(row);
}

/** Converts a coupon for the rules: an ended one ends at the earlier of both moments. */
export function toCountable(offer: CouponOnOffer, usedByCustomer: number): Countable {
  const { used, maxUses, maxUsesPerCustomer, endedAt, label: _, createdAt: __, ...terms } = offer;
  const [endsAt] = [terms.endsAt, endedAt].flatMap((moment) => moment ?? []).toSorted();
  return {
    coupon: { ...terms, ...(endsAt !== undefined && { endsAt }) },
    used,
    ...(maxUses !== undefined && { maxUses }),
    ...(maxUsesPerCustomer !== undefined && { maxUsesPerCustomer }),
    usedByCustomer,
  };
}
