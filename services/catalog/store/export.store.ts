/** Products as they are now, whole, for files: also what no page shows. */
import type { Sql } from "../../../lib/sql.ts";
import type { Image, Option, ProductSummary } from "../contract/shapes.ts";
import type { DeclaredStock } from "../domain/full-product.ts";

export interface FullRow {
  readonly id: string;
  readonly handle: string;
  readonly type: ProductSummary["type"];
  readonly status: "active" | "draft" | "archived";
  readonly fingerprint: string | null;
  readonly title_fr: string;
  readonly title_en: string;
  readonly description_fr: string;
  readonly description_en: string;
  readonly vendor: string | null;
  readonly file_type: string | null;
  readonly tags: string[];
  readonly tax_class: string;
  readonly options: Option[];
  readonly images: Image[];
  readonly seo_title: string | null;
  readonly seo_description: string | null;
  readonly gift_card: boolean;
  readonly variants: FullVariantRow[];
}
export interface FullVariantRow {
  readonly id: string;
  readonly sku: string;
  readonly option_values: number[];
  readonly price_minor: number;
  readonly compare_at_minor: number | null;
  readonly weight_grams: number;
  readonly said_stock: DeclaredStock[];
  readonly stocked: boolean;
  readonly policy: "deny" | "continue";
  readonly ean: string | null;
  readonly requires_shipping: boolean;
  readonly taxable: boolean;
  readonly image_url: string | null;
}

const WHOLE = `select p.id, p.handle, p.type, p.status, p.fingerprint, p.title_fr, p.title_en,
    p.description_fr, p.description_en, p.vendor, p.file_type, p.tags, p.tax_class, p.options,
    p.images, p.seo_title, p.seo_description, p.gift_card,
    coalesce((select jsonb_agg(to_jsonb(v) order by v.position, v.id) from (
      select sku, option_values, price_minor, compare_at_minor, weight_grams, said_stock, stocked,
        policy, ean, requires_shipping, taxable, image_url, position, id
      from variant where product_id = p.id and archived_at is null) v), '[]') as variants
  from product p`;
const BY_HANDLES = `${WHOLE} where p.handle = any($1::text[])`;
const PAGE = `${WHOLE} where p.status <> 'archived' and p.first_variant_id is not null
  and ($1::uuid is null or p.id > $1) order by p.id limit $2`;

export const wholeByHandles = (sql: Sql, handles: readonly string[]): Promise<FullRow[]> =>
  sql.rows(BY_HANDLES, [handles]);

const PAGE_SIZE = 100;
/** All that is not archived, the oldest first, page by page, in memory that does not grow. */
export async function* productPages(sql: Sql): AsyncGenerator<FullRow[], void, undefined> {
  let after: string | undefined;
  for (;;) {
    const rows = await sql.rows<FullRow>(PAGE, [after ?? null, PAGE_SIZE]);
    yield rows;
    after = rows.at(-1)?.id;
    if (rows.length < PAGE_SIZE) return;
  }
}

/** A variant's identity in a file, and its declared stock. */
export interface NamedVariantRow {
  readonly handle: string;
  readonly id: string;
  readonly sku: string;
  readonly stocked: boolean;
  readonly said_stock: DeclaredStock[];
}
/** The variants in use of the products of these handles. */
export const variantsByHandles = (
  sql: Sql,
  handles: readonly string[],
): Promise<NamedVariantRow[]> =>
  sql.rows(
    `select p.handle, v.id, v.sku, v.stocked, v.said_stock
     from product p join variant v on v.product_id = p.id
     where p.handle = any($1::text[]) and v.archived_at is null`,
    [handles],
  );

/** Returns the fingerprints that were last put, by handle. */
export const fingerprintsOf = async (
  sql: Sql,
  handles: readonly string[],
): Promise<Map<string, string | null>> => {
  const rows = await sql.rows<{ handle: string; fingerprint: string | null }>(
    "select handle, fingerprint from product where handle = any($1::text[])",
    [handles],
  );
  return new Map(rows.map(({ handle, fingerprint }) => [handle, fingerprint]));
};
