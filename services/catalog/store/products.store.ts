/** Rows of products and variants as they are written, many in one statement. */
import type { Sql } from "../../../lib/sql.ts";
import {
  firstState,
  type DeclaredStock,
  summaryOf,
  type FullProduct,
  type FullVariant,
} from "../domain/full-product.ts";

export interface KnownProduct {
  readonly id: string;
  readonly handle: string;
  readonly fingerprint: string | null;
  readonly tax_class: string;
}
export interface KnownVariant {
  readonly id: string;
  readonly product_id: string;
  readonly sku: string;
  readonly stocked: boolean;
  readonly price_minor: number;
  readonly compare_at_minor: number | null;
  readonly said_stock: DeclaredStock[];
  readonly archived: boolean;
}

/** Locks the products of these handles, always in the same order. */
export const lockByHandles = (sql: Sql, handles: readonly string[]): Promise<KnownProduct[]> =>
  sql.rows(
    `select id, handle, fingerprint, tax_class from product
     where handle = any($1::text[]) order by handle for update`,
    [handles],
  );

/** The variants of products, those in use first. */
export const variantsOf = (sql: Sql, productIds: readonly string[]): Promise<KnownVariant[]> =>
  sql.rows(
    `select id, product_id, sku, stocked, price_minor, compare_at_minor, said_stock,
       archived_at is not null as archived
     from variant where product_id = any($1::uuid[]) order by archived_at nulls first, position`,
    [productIds],
  );

/** Returns the products that use these SKUs. */
export const ownersOf = (
  sql: Sql,
  skus: readonly string[],
): Promise<{ sku: string; product_id: string; handle: string }[]> =>
  sql.rows(
    `select v.sku, v.product_id, p.handle from variant v join product p on p.id = v.product_id
     where v.sku = any($1::text[]) and v.archived_at is null`,
    [skus],
  );

/** Inserts products, or overwrites those whose id is there; an archived one is sold again. */
export const upsertProductRows = (
  sql: Sql,
  products: readonly { id: string; input: FullProduct }[],
): Promise<number> =>
  sql.run(
    `insert into product (id, handle, type, status, title_fr, title_en, description_fr,
       description_en, summary_fr, summary_en, vendor, file_type, tags, tax_class, options, images,
       seo_title, seo_description, gift_card, fingerprint)
     select id, handle, type, status, title_fr, title_en, description_fr, description_en,
       summary_fr, summary_en, vendor, file_type, tags, tax_class, options, images, seo_title,
       seo_description, gift_card, fingerprint
     from jsonb_to_recordset($1::jsonb) as p (id uuid, handle text, type text, status text,
       title_fr text, title_en text, description_fr text, description_en text, summary_fr text,
       summary_en text, vendor text, file_type text, tags text[], tax_class text, options jsonb,
       images jsonb, seo_title text, seo_description text, gift_card boolean, fingerprint text)
     on conflict (id) do update set handle = excluded.handle, type = excluded.type,
       status = excluded.status, title_fr = excluded.title_fr, title_en = excluded.title_en,
       description_fr = excluded.description_fr, description_en = excluded.description_en,
       summary_fr = excluded.summary_fr, summary_en = excluded.summary_en,
       vendor = excluded.vendor, file_type = excluded.file_type, tags = excluded.tags,
       tax_class = excluded.tax_class, options = excluded.options, images = excluded.images,
       seo_title = excluded.seo_title, seo_description = excluded.seo_description,
       gift_card = excluded.gift_card, fingerprint = excluded.fingerprint,
       archived_at = null, version = product.version + 1, updated_at = now()`,
    [JSON.stringify(products.map(({ id, input }) => productRow(id, input)))],
  );

const productRow = (id: string, input: FullProduct) => ({
  id,
  handle: input.handle,
  type: input.type,
  status: input.published ? "active" : "draft",
  title_fr: input.title.fr,
  title_en: input.title.en,
  description_fr: input.description.fr,
  description_en: input.description.en,
  summary_fr: summaryOf(input.description.fr),
  summary_en: summaryOf(input.description.en),
  vendor: input.vendor,
  file_type: input.fileType,
  tags: input.tags,
  tax_class: input.taxClass,
  options: input.options,
  images: input.images,
  seo_title: input.seoTitle,
  seo_description: input.seoDescription,
  gift_card: input.giftCard,
  fingerprint: input.fingerprint,
});

export interface VariantToPut {
  readonly id: string;
  readonly productId: string;
  readonly position: number;
  readonly input: FullVariant;
}
/** Inserts or updates variants, except price and state, which other services publish. */
export const upsertVariantRows = (
  sql: Sql,
  currency: string,
  variants: readonly VariantToPut[],
): Promise<number> =>
  sql.run(
    `insert into variant (id, product_id, position, sku, option_values, weight_grams, ean,
       image_url, stocked, policy, requires_shipping, taxable, said_stock, price_minor,
       compare_at_minor, currency, stock_state)
     select id, product_id, position, sku, option_values, weight_grams, ean, image_url, stocked,
       policy, requires_shipping, taxable, said_stock, price_minor, compare_at_minor, $2,
       stock_state
     from jsonb_to_recordset($1::jsonb) as v (id uuid, product_id uuid, position int, sku text,
       option_values int[], weight_grams int, ean text, image_url text, stocked boolean,
       policy text, requires_shipping boolean, taxable boolean, said_stock jsonb,
       price_minor bigint, compare_at_minor bigint, stock_state text)
     on conflict (id) do update set position = excluded.position, sku = excluded.sku,
       option_values = excluded.option_values, weight_grams = excluded.weight_grams,
       ean = excluded.ean, image_url = excluded.image_url, stocked = excluded.stocked,
       policy = excluded.policy, requires_shipping = excluded.requires_shipping,
       taxable = excluded.taxable, said_stock = excluded.said_stock, archived_at = null,
       stock_state = case when excluded.stocked then variant.stock_state else 'in_stock' end`,
    [JSON.stringify(variants.map(variantRow)), currency],
  );

const variantRow = ({ id, productId, position, input }: VariantToPut) => ({
  id,
  product_id: productId,
  position,
  sku: input.sku,
  option_values: input.optionValues,
  weight_grams: input.weightGrams,
  ean: input.ean,
  image_url: input.imageUrl,
  stocked: input.stocked,
  policy: input.policy,
  requires_shipping: input.requiresShipping,
  taxable: input.taxable,
  said_stock: input.stock,
  price_minor: input.priceMinor,
  compare_at_minor: soundCompareAt(input),
  stock_state: firstState(input),
});

/** A struck price that is not higher than the price is none. */
const soundCompareAt = ({ priceMinor, compareAtMinor = 0 }: FullVariant) =>
  compareAtMinor > priceMinor ? compareAtMinor : undefined;

export const archiveVariants = (sql: Sql, variantIds: readonly string[]): Promise<number> =>
  sql.run(
    "update variant set archived_at = now() where id = any($1::uuid[]) and archived_at is null",
    [variantIds],
  );

/** Returns the wished handle, or the first free one of wished-2, wished-3 … */
export async function freeHandle(sql: Sql, wished: string): Promise<string> {
  const taken = await sql.rows<{ handle: string }>(
    "select handle from product where handle = $1 or starts_with(handle, $1 || '-')",
    [wished],
  );
  const handles = new Set(taken.map(({ handle }) => handle));
  if (!handles.has(wished)) return wished;
  let n = 2;
  while (handles.has(`${wished}-${n}`)) n += 1;
  return `${wished}-${n}`;
}
