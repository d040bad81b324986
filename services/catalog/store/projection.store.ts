/** Maintains a product row's copies of variant data, for lists, and its search index. */
import type { Sql } from "../../../lib/sql.ts";
import type { StockState } from "../contract/shapes.ts";

/**
 * Recomputes price, currency and state of these products from their variants; writes only changes.
 */
export const refresh = (sql: Sql, productIds: readonly string[]): Promise<number> =>
  sql.run(
    `update product p set first_variant_id = f.id, price_minor = f.price_minor,
       compare_at_minor = f.compare_at_minor, currency = f.currency, stock_state = s.state
     from unnest($1::uuid[]) as u (id)
     left join lateral (
       select v.id, v.price_minor, v.compare_at_minor, v.currency from variant v
       where v.product_id = u.id and v.archived_at is null order by v.position, v.id limit 1
     ) f on true
     cross join lateral (
       select case when bool_or(v.stock_state = 'in_stock') then 'in_stock'
         when bool_or(v.stock_state = 'low') then 'low' else 'out' end as state
       from variant v where v.product_id = u.id and v.archived_at is null
     ) s
     where p.id = u.id and p.archived_at is null
       and (p.first_variant_id, p.price_minor, p.compare_at_minor, p.currency, p.stock_state)
         is distinct from (f.id, f.price_minor, f.compare_at_minor, f.currency, s.state)`,
    [productIds],
  );

/** Recomputes the search index of these products and their variants. */
export const reindex = (sql: Sql, productIds: readonly string[]): Promise<number> =>
  sql.run(
    `update product p set
       search_fr = setweight(to_tsvector('catalog_fr', p.title_fr), 'A')
         || setweight(to_tsvector('catalog_fr', w.more), 'B')
         || setweight(to_tsvector('catalog_fr', w.prose_fr), 'C'),
       search_en = setweight(to_tsvector('catalog_en', p.title_en), 'A')
         || setweight(to_tsvector('catalog_en', w.more), 'B')
         || setweight(to_tsvector('catalog_en', w.prose_en), 'C'),
       search_words = left(plain(concat_ws(' ', p.title_fr,
         case when p.title_en <> p.title_fr then p.title_en end, w.more)), 4000)
     from (
       select t.id,
         concat_ws(' ', t.vendor, t.file_type, array_to_string(t.tags, ' '),
           (select string_agg(v.sku, ' ' order by v.position) from variant v
            where v.product_id = t.id and v.archived_at is null)) as more,
         left(regexp_replace(t.description_fr, '<[^>]*>', ' ', 'g'), 20000) as prose_fr,
         left(regexp_replace(t.description_en, '<[^>]*>', ' ', 'g'), 20000) as prose_en
       from product t where t.id = any($1::uuid[])
     ) w where p.id = w.id`,
    [productIds],
  );

/** Returns the product if the price was applied; other currencies than its own are ignored. */
export const applyPrice = (
  sql: Sql,
  price: { variantId: string; currency: string; priceMinor: number; compareAtMinor?: number },
): Promise<{ product_id: string } | undefined> =>
  sql.row(
    `update variant set price_minor = $3, compare_at_minor = $4
     where id = $1 and currency = $2
       and (price_minor, compare_at_minor) is distinct from ($3::bigint, $4::bigint)
     returning product_id`,
    [price.variantId, price.currency, price.priceMinor, price.compareAtMinor ?? null],
  );

/** Returns the product if its variant's state has changed. */
export const applyState = (
  sql: Sql,
  variantId: string,
  state: StockState,
): Promise<{ product_id: string } | undefined> =>
  sql.row(
    `update variant set stock_state = $2 where id = $1 and stocked and stock_state <> $2
     returning product_id`,
    [variantId, state],
  );
