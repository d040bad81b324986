/** Single changes by editors. Their caller must hold the lock of the product's row. */
import type { Sql } from "../../../lib/sql.ts";
import type { Image, Option } from "../contract/shapes.ts";
import { type LocalizedText, summaryOf } from "../domain/full-product.ts";

export interface Description {
  readonly handle: string;
  readonly title: LocalizedText;
  readonly description: LocalizedText;
  readonly vendor: string | null;
  readonly tags: readonly string[];
  readonly taxClass: string;
  readonly images: readonly Image[];
  readonly seoTitle: string | null;
  readonly seoDescription: string | null;
  readonly status: "active" | "draft";
}

/** A unique violation when another product has the handle. */
export const updateDescription = (sql: Sql, id: string, to: Description): Promise<number> =>
  sql.run(
    `update product set handle = $2, title_fr = $3, title_en = $4, description_fr = $5,
       description_en = $6, summary_fr = $7, summary_en = $8, vendor = $9, tags = $10::text[],
       tax_class = $11, images = $12::jsonb, seo_title = $13, seo_description = $14, status = $15,
       version = version + 1, updated_at = now()
     where id = $1`,
    [
      id,
      to.handle,
      to.title.fr,
      to.title.en,
      to.description.fr,
      to.description.en,
      summaryOf(to.description.fr),
      summaryOf(to.description.en),
      to.vendor,
      to.tags,
      to.taxClass,
      JSON.stringify(to.images),
      to.seoTitle,
      to.seoDescription,
      to.status,
    ],
  );

/** Archives a product with its variants, whose SKUs become free again. */
export const archiveProduct = async (sql: Sql, id: string): Promise<string[]> => {
  await sql.run(
    `update product set status = 'archived', archived_at = now(), fingerprint = null,
       version = version + 1, updated_at = now() where id = $1`,
    [id],
  );
  const gone = await sql.rows<{ id: string }>(
    `update variant set archived_at = now() where product_id = $1 and archived_at is null
     returning id`,
    [id],
  );
  return gone.map((variant) => variant.id);
};

export const growOptions = (sql: Sql, id: string, options: readonly Option[]): Promise<number> =>
  sql.run(
    `update product set options = $2::jsonb, version = version + 1, updated_at = now()
     where id = $1`,
    [id, JSON.stringify(options)],
  );

/** A unique violation when another variant has the SKU. */
export const updateVariant = async (
  sql: Sql,
  variant: {
    id: string;
    productId: string;
    sku: string;
    weightGrams: number;
    ean: string | null;
    image: string | null;
  },
): Promise<void> => {
  await sql.run(
    `update variant set sku = $2, weight_grams = $3, ean = $4, image_url = $5 where id = $1`,
    [variant.id, variant.sku, variant.weightGrams, variant.ean, variant.image],
  );
  await sql.run("update product set version = version + 1, updated_at = now() where id = $1", [
    variant.productId,
  ]);
};
