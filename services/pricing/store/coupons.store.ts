/** Coupons: their terms and how many orders hold or have used them. */
import type { Sql } from "../../../lib/sql.ts";
import type { Coupon } from "../domain/coupon.ts";
import type { CouponOnOffer } from "../contract/coupon.shape.ts";

export interface CouponRow {
  code: string;
  kind: "percent" | "amount";
  percent_basis_points: number | null;
  amount_minor: number | null;
  currency: string | null;
  minimum_minor: number | null;
  starts_at: Date | null;
  ends_at: Date | null;
  ended_at: Date | null;
  exclusive: boolean;
  variant_ids: string[] | null;
  label: { fr: string; en: string } | null;
  max_uses: number | null;
  max_per_customer: number | null;
  used: number;
  created_at: Date;
}
export const COLUMNS = `code, kind, percent_basis_points, amount_minor, currency, minimum_minor,
  starts_at, ends_at, ended_at, exclusive, variant_ids, label, max_uses,
  max_per_customer, used, created_at`;

/** A coupon with what is left of it. */
export interface Countable {
  readonly coupon: Coupon;
  readonly used: number;
  readonly maxUses?: number;
  readonly maxUsesPerCustomer?: number;
  /** How many of them this customer holds or has used; 0 if nobody is named. */
  readonly usedByCustomer: number;
}

export async function couponsToQuote(
  sql: Sql,
  codes: readonly string[],
  customerId: string | undefined,
): Promise<Countable[]> {
  const rows = await sql.rows<CouponRow & { mine: number }>(
    `select ${COLUMNS}, (select count(*) from coupon_use u
       where u.code = c.code and u.customer_id = $2 and u.state <> 'released') as mine
     from coupon c where code = any($1::text[])`,
    [codes, customerId ?? null],
  );
  return rows.map((row) => toCountable(row, row.mine));
}

export async function findCoupon(sql: Sql, code: string): Promise<CouponOnOffer | undefined> {
  const row = await sql.row<CouponRow>(`select ${COLUMNS} from coupon where code = $1`, [code]);
  return row && toOffer(row);
}

/** The coupon, which nobody else changes or holds until the transaction ends. */
export async function lockCoupon(sql: Sql, code: string): Promise<CouponOnOffer | undefined> {
  const row = await sql.row<CouponRow>(`select ${COLUMNS} from coupon where code = $1 for update`, [
    code,
  ]);
  return row && toOffer(row);
}

/** A page by code, with one row too many. */
export const listCoupons = (
  sql: Sql,
  { after, limit, active }: { after: string | null; limit: number; active: boolean | null },
): Promise<CouponRow[]> =>
  sql.rows<CouponRow>(
    `select ${COLUMNS} from coupon
     where ($1::text is null or code > $1)
       and ($2::boolean is null or $2 = (
         ended_at is null and coalesce(ends_at > now(), true) and coalesce(starts_at <= now(), true)
         and coalesce(used < max_uses, true)))
     order by code limit $3`,
    [after, active, limit + 1],
  );

export type Terms = Omit<CouponOnOffer, "used" | "endedAt" | "createdAt">;

/** False if there already is one of this code. */
export async function insertCoupon(sql: Sql, terms: Terms): Promise<boolean> {
  const inserted = await sql.run(
    `insert into coupon (code, kind, percent_basis_points, amount_minor, currency, minimum_minor,
                         starts_at, ends_at, exclusive, variant_ids, max_uses, max_per_customer,
                         label)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::uuid[], $11, $12, $13)
     on conflict (code) do nothing`,
    [
      terms.code,
      terms.kind,
      terms.percentBasisPoints ?? null,
      terms.amountMinor ?? null,
      terms.currency ?? null,
      ...limitsOf(terms),
    ],
  );
  return inserted === 1;
}

/** Changes what may be changed of a coupon that the transaction has locked. */
export const updateCoupon = (sql: Sql, terms: Terms): Promise<number> =>
  sql.run(
    `update coupon set minimum_minor = $2, starts_at = $3, ends_at = $4, exclusive = $5,
       variant_ids = $6::uuid[], max_uses = $7, max_per_customer = $8, label = $9
     where code = $1`,
    [terms.code, ...limitsOf(terms)],
  );

/** Ending twice leaves the first moment. */
export const endCoupon = (sql: Sql, code: string): Promise<number> =>
  sql.run("update coupon set ended_at = coalesce(ended_at, now()) where code = $1", [code]);

const limitsOf = (terms: Terms) => [
  terms.minimumMinor ?? null,
  terms.startsAt ?? null,
  terms.endsAt ?? null,
  terms.exclusive,
  terms.variantIds ?? null,
  terms.maxUses ?? null,
  terms.maxUsesPerCustomer ?? null,
  terms.label ? JSON.stringify(terms.label) : null,
];

const termsOf = (row: CouponRow) => ({
  code: row.code,
  kind: row.kind,
  exclusive: row.exclusive,
  ...(row.percent_basis_points !== null && { percentBasisPoints: row.percent_basis_points }),
  ...(row.amount_minor !== null && { amountMinor: row.amount_minor }),
  ...(row.currency !== null && { currency: row.currency }),
  ...(row.minimum_minor !== null && { minimumMinor: row.minimum_minor }),
  ...(row.starts_at && { startsAt: row.starts_at.toISOString() }),
  ...(row.ends_at && { endsAt: row.ends_at.toISOString() }),
  ...(row.variant_ids && { variantIds: row.variant_ids }),
});
const countsOf = (row: CouponRow) => ({
  used: row.used,
  ...(row.max_uses !== null && { maxUses: row.max_uses }),
  ...(row.max_per_customer !== null && { maxUsesPerCustomer: row.max_per_customer }),
});

export const toOffer = (row: CouponRow): CouponOnOffer => ({
  ...termsOf(row),
  ...countsOf(row),
  ...(row.ended_at && { endedAt: row.ended_at.toISOString() }),
  ...(row.label && { label: row.label }),
  createdAt: row.created_at.toISOString(),
});

/** For the rules, a coupon that was ended has ended at the earlier of both moments. */
export function toCountable(row: CouponRow, usedByCustomer: number): Countable {
  const ends = [row.ends_at, row.ended_at].flatMap((moment) => moment?.toISOString() ?? []);
  const [endsAt] = ends.toSorted();
  const coupon = { ...termsOf(row), ...(endsAt !== undefined && { endsAt }) };
  return { coupon, ...countsOf(row), usedByCustomer };
}
