/** One product whole, and what others copy of variants. */
import type { Sql } from "../../../lib/sql.ts";
import type { Image, Option, ProductSummary, StockState } from "../contract/shapes.ts";

export interface ProductRow {
  readonly id: string;
  readonly handle: string;
  readonly type: ProductSummary["type"];
  readonly status: "active" | "draft" | "archived";
  readonly title_fr: string;
  readonly title_en: string;
  readonly description_fr: string;
  readonly description_en: string;
  readonly vendor: string | null;
  readonly tags: string[];
  readonly tax_class: string;
  readonly options: Option[];
  readonly images: Image[];
  readonly seo_title: string | null;
  readonly seo_description: string | null;
  readonly first_variant_id: string;
  readonly price_minor: number;
  readonly compare_at_minor: number | null;
  readonly currency: string;
  readonly stock_state: StockState;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly categories: string[];
  readonly variants: VariantRow[];
}
export interface VariantRow {
  readonly id: string;
  readonly sku: string;
  readonly option_values: number[];
  readonly weight_grams: number;
  readonly ean: string | null;
  readonly image_url: string | null;
  readonly price_minor: number;
  readonly compare_at_minor: number | null;
  readonly currency: string;
  readonly stock_state: StockState;
  readonly said_stock: { storeCode?: string; quantity: number }[];
  readonly stocked: boolean;
}

const WHOLE = `select p.id, p.handle, p.type, p.status, p.title_fr, p.title_en, p.description_fr,
    p.description_en, p.vendor, p.tags, p.tax_class, p.options, p.images, p.seo_title,
    p.seo_description, p.first_variant_id, p.price_minor, p.compare_at_minor, p.currency,
    p.stock_state, p.version, p.created_at, p.updated_at,
    array(select c.slug from product_category pc join category c on c.id = pc.category_id
      where pc.product_id = p.id order by pc.position) as categories,
    coalesce((select jsonb_agg(jsonb_build_object('id', v.id, 'sku', v.sku,
        'option_values', v.option_values, 'weight_grams', v.weight_grams, 'ean', v.ean,
        'image_url', v.image_url, 'price_minor', v.price_minor,
        'compare_at_minor', v.compare_at_minor, 'currency', v.currency,
        'stock_state', v.stock_state, 'stocked', v.stocked, 'said_stock', v.said_stock)
        order by v.position, v.id)
      from variant v where v.product_id = p.id
        and v.archived_at is not distinct from p.archived_at), '[]') as variants
  from product p where`;
const BY_ID = `${WHOLE} p.id = $1 and p.first_variant_id is not null`;
const BY_HANDLE = `${WHOLE} p.handle = $1 and p.first_variant_id is not null`;
const LOCKED = `${BY_ID} for update of p`;

export const productById = (sql: Sql, id: string): Promise<ProductRow | undefined> =>
  sql.row(BY_ID, [id]);
export const productByHandle = (sql: Sql, handle: string): Promise<ProductRow | undefined> =>
  sql.row(BY_HANDLE, [handle]);
/** Locks the product's row, and so its variants' to all who change products. */
export const lockProduct = (sql: Sql, id: string): Promise<ProductRow | undefined> =>
  sql.row(LOCKED, [id]);

export interface SnapshotRow {
  readonly id: string;
  readonly product_id: string;
  readonly sku: string;
  readonly option_values: number[];
  readonly options: Option[];
  readonly title_fr: string;
  readonly title_en: string;
  readonly type: ProductSummary["type"];
  readonly tax_class: string;
  readonly sellable: boolean;
}
/** Reads variants by their ids, and the first variants of products; each once. */
export const snapshotRows = (
  sql: Sql,
  variantIds: readonly string[],
  productIds: readonly string[],
): Promise<SnapshotRow[]> =>
  sql.rows(
    `select v.id, v.product_id, v.sku, v.option_values, p.options, p.title_fr, p.title_en, p.type,
       p.tax_class, v.archived_at is null and p.status = 'active' as sellable
     from variant v join product p on p.id = v.product_id
     where v.id = any($1::uuid[] || array(
       select first_variant_id from product where id = any($2::uuid[])))`,
    [variantIds, productIds],
  );
