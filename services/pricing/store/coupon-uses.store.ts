/**
 * Coupons held and used by orders. Locks are always taken in the same order: the order's row, then
 * the coupons by their codes; so no deadlock occurs, and a coupon's count and its rows change
 * together (I23).
 */
import type { Sql } from "../../../lib/sql.ts";
import { type Countable, toCountable } from "./coupons.store.ts";
import { Coupons } from "./tables.ts";

/** Locks the order's row, creating it if absent; returns whether it was released before. */
export async function openOrder(sql: Sql, orderId: string): Promise<{ released: boolean }> {
  const row = await sql.row<{ released_at: Date | null }>(
    `insert into coupon_order (order_id) values ($1)
     on conflict (order_id) do update set order_id = excluded.order_id
     returning released_at`,
    [orderId],
  );
  return { released: row !== undefined && row.released_at !== null };
}

/** Ensures that the order can hold nothing any more, even if it never did (tombstone). */
export const closeOrder = (sql: Sql, orderId: string): Promise<number> =>
  sql.run(
    `insert into coupon_order as o (order_id, released_at) values ($1, clock_timestamp())
     on conflict (order_id) do update
       set released_at = coalesce(o.released_at, excluded.released_at)`,
    [orderId],
  );

export async function codesOf(sql: Sql, orderId: string): Promise<string[]> {
  const rows = await sql.rows<{ code: string }>(
    "select code from coupon_use where order_id = $1 and state <> 'released'",
    [orderId],
  );
  return rows.map(({ code }) => code);
}

export type Locked = Countable & { readonly taken: readonly number[] };

/** The coupons with what the customer has of them, locked until the transaction ends. */
export async function lockCoupons(
  sql: Sql,
  codes: readonly string[],
  customerId: string,
): Promise<Map<string, Locked>> {
  const rows = await sql.rows(
    `select ${Coupons.columns} from coupon where code = any($1::text[]) order by code for update`,
    [codes],
  );
  // Read after the lock, so that concurrent holds are seen.
  const mine = await sql.rows<{ code: string; n: number }>(
    `select code, n from coupon_use
     where code = any($1::text[]) and customer_id = $2 and state <> 'released'`,
    [codes, customerId],
  );
  const taken = Map.groupBy(mine, ({ code }) => code);
  return new Map(
    rows.map(Coupons.read).map((coupon) => {
      const numbers = (taken.get(coupon.code) ?? []).map(({ n }) => n);
      return [coupon.code, { ...toCountable(coupon, numbers.length), taken: numbers }];
    }),
  );
}

/** Counts one use of each coupon that is not used up; returns how many those are. */
export const countUses = (sql: Sql, codes: readonly string[]): Promise<number> =>
  sql.run(
    `update coupon set used = used + 1
     where code = any($1::text[]) and (max_uses is null or used < max_uses)`,
    [codes],
  );

export const insertUses = (
  sql: Sql,
  { orderId, customerId }: { orderId: string; customerId: string },
  uses: readonly { code: string; n: number }[],
): Promise<number> =>
  sql.run(
    `insert into coupon_use (order_id, customer_id, code, n)
     select $1, $2, code, n from unnest($3::text[], $4::int[]) as u (code, n)`,
    [orderId, customerId, uses.map(({ code }) => code), uses.map(({ n }) => n)],
  );

/** Moves held uses to released, and decrements the counts; returns them. Used ones stay used. */
export async function releaseUses(sql: Sql, orderId: string): Promise<string[]> {
  const rows = await sql.rows<{ code: string }>(
    `update coupon_use set state = 'released' where order_id = $1 and state = 'held'
     returning code`,
    [orderId],
  );
  const codes = rows.map(({ code }) => code).toSorted();
  if (codes.length === 0) return codes;
  await sql.run(`select 1 from coupon where code = any($1::text[]) order by code for update`, [
    codes,
  ]);
  const counted = await sql.run("update coupon set used = used - 1 where code = any($1::text[])", [
    codes,
  ]);
  if (counted !== codes.length) throw new Error(`Coupons of order ${orderId} are not all there.`);
  return codes;
}

/** Moves held uses to used; returns them. */
export async function redeemUses(sql: Sql, orderId: string) {
  const rows = await sql.rows<{ code: string; customer_id: string }>(
    `update coupon_use set state = 'used' where order_id = $1 and state = 'held'
     returning code, customer_id`,
    [orderId],
  );
  return rows.map(({ code, customer_id }) => ({ code, customerId: customer_id }));
}
