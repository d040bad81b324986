/** Lines and coupons of a locked cart. */
import type { Sql } from "../../../lib/sql.ts";
import type { Line } from "../domain/cart.ts";

/** Returns the number of lines, and the quantity of `variantId`: 0 if it has no line. */
export async function fillOf(sql: Sql, cartId: string, variantId: string) {
  const found = await sql.row<{ lines: number; quantity: number }>(
    `select count(*) as lines,
       coalesce(max(quantity) filter (where variant_id = $2), 0) as quantity
     from cart_line where cart_id = $1`,
    [cartId, variantId],
  );
  return found ?? { lines: 0, quantity: 0 };
}

/** Sets the quantities of lines; those that are not there yet come last. */
export const upsertLines = (sql: Sql, cartId: string, lines: readonly Line[]) =>
  sql.run(
    `insert into cart_line (cart_id, variant_id, product_id, sku, title_fr, title_en, quantity)
     select $1, l.* from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::int[])
       as l (variant_id, product_id, sku, title_fr, title_en, quantity)
     on conflict (cart_id, variant_id) do update set quantity = excluded.quantity,
       sku = excluded.sku, title_fr = excluded.title_fr, title_en = excluded.title_en`,
    [
      cartId,
      lines.map(({ variantId }) => variantId),
      lines.map(({ productId }) => productId),
      lines.map(({ sku }) => sku),
      lines.map(({ titleFr }) => titleFr),
      lines.map(({ titleEn }) => titleEn),
      lines.map(({ quantity }) => quantity),
    ],
  );

export const setQuantity = (sql: Sql, cartId: string, variantId: string, quantity: number) =>
  sql.run("update cart_line set quantity = $3 where cart_id = $1 and variant_id = $2", [
    cartId,
    variantId,
    quantity,
  ]);

/** Returns the removed quantity, or undefined if there was no such line. */
export const removeLine = (sql: Sql, cartId: string, variantId: string) =>
  sql.row<{ quantity: number }>(
    "delete from cart_line where cart_id = $1 and variant_id = $2 returning quantity",
    [cartId, variantId],
  );

export async function couponsOf(sql: Sql, cartId: string): Promise<string[]> {
  const rows = await sql.rows<{ code: string }>(
    "select code from cart_coupon where cart_id = $1 order by position",
    [cartId],
  );
  return rows.map(({ code }) => code);
}

export const upsertCoupons = (sql: Sql, cartId: string, codes: readonly string[]) =>
  sql.run(
    `insert into cart_coupon (cart_id, code) select $1, code from unnest($2::text[]) as c (code)
     on conflict do nothing`,
    [cartId, codes],
  );

export const removeCoupon = (sql: Sql, cartId: string, code: string) =>
  sql.run("delete from cart_coupon where cart_id = $1 and code = $2", [cartId, code]);
