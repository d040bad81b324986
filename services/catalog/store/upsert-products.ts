/** Creates or updates products from their declarations: rows, projection and events together. */
import { v7 } from "uuid";
import type { Tx } from "../../../lib/sql.ts";
import { ProductCreated, ProductUpdated } from "../catalog.contract.ts";
import type { FullProduct } from "../domain/full-product.ts";
import { idsOfSlugs, upsertProductCategories } from "./categories.store.ts";
import { Conflict } from "../../../lib/conflict.ts";
import {
  archiveVariants,
  type KnownProduct,
  type KnownVariant,
  lockByHandles,
  ownersOf,
  upsertProductRows,
  upsertVariantRows,
  type VariantToPut,
  variantsOf,
} from "./products.store.ts";
import { refresh, reindex } from "./projection.store.ts";
import { staleLists } from "./invalidation.ts";
import type { CatalogService } from "../catalog.types.ts";
import { publishVariants } from "./publishing.ts";

export interface UpsertResult {
  readonly handle: string;
  readonly outcome: "created" | "updated" | "unchanged" | "refused";
  readonly productId?: string;
  /** Why it was refused: another product has this SKU, or there is no such category. */
  readonly takenSku?: string;
  readonly unknownCategory?: string;
}
interface Publication {
  readonly currency: string;
  /** The import, or whatever else says so, that the ledger of stock is to name. */
  readonly importId: string;
}
/** A product to write, beside what there was of it. */
interface Written {
  readonly id: string;
  readonly input: FullProduct;
  readonly known: KnownProduct | undefined;
  readonly before: readonly KnownVariant[];
}

/**
 * Puts up to 500 products, each by its handle; one whose fingerprint equals the last put is
 * unchanged, even if it was edited since. Variants keep their ids by their SKUs; missing ones are
 * archived. A refused product does not affect the others. Concurrent puts of the same product meet
 * a unique violation: repeat the transaction.
 */
export async function upsertProducts(
  service: CatalogService,
  tx: Tx,
  products: readonly FullProduct[],
  publication: Publication,
): Promise<UpsertResult[]> {
  const { db } = service;
  const sql = db.in(tx);
  const handles = products.map(({ handle }) => handle);
  const known = new Map((await lockByHandles(sql, handles)).map((row) => [row.handle, row]));
  const same = ({ handle, fingerprint }: FullProduct) =>
    fingerprint !== null && known.get(handle)?.fingerprint === fingerprint;
  const changed = products.filter((product) => !same(product));
  const categories = await idsOfSlugs(sql, [
    ...new Set(changed.flatMap(({ categories = [] }) => categories)),
  ]);
  const owners = await ownersOf(
    sql,
    changed.flatMap(({ variants }) => variants.map(({ sku }) => sku)),
  );
  if (owners.some(({ handle }) => handles.includes(handle) && !known.has(handle)))
    throw new Conflict();
  const ownerOf = new Map(owners.map(({ sku, product_id }) => [sku, product_id]));
  const refusals = new Map(
    changed.flatMap((input) => {
      const refusal = refusalOf(input, known.get(input.handle)?.id, ownerOf, categories);
      return refusal ? [[input.handle, refusal] as const] : [];
    }),
  );
  const conflicts = changed.filter(({ handle }) => !refusals.has(handle));
  const written = await write(service, tx, { taken: conflicts, known, categories }, publication);

  const ids = new Map(written.map(({ id, input }) => [input.handle, id]));
  return products.map((product): UpsertResult => {
    const { handle } = product;
    const before = known.get(handle);
    const refusal = refusals.get(handle);
    if (refusal) return { handle, outcome: "refused", ...refusal };
    const productId = ids.get(handle) ?? before?.id;
    const outcome = same(product) ? "unchanged" : before ? "updated" : "created";
    return { handle, outcome, ...(productId !== undefined && { productId }) };
  });
}

function refusalOf(
  { variants, categories = [] }: FullProduct,
  id: string | undefined,
  ownerOf: ReadonlyMap<string, string>,
  known: ReadonlyMap<string, string>,
): Pick<UpsertResult, "takenSku" | "unknownCategory"> | undefined {
  const taken = variants.find(({ sku }) => ownerOf.has(sku) && ownerOf.get(sku) !== id);
  if (taken) return { takenSku: taken.sku };
  const unknown = categories.find((slug) => !known.has(slug));
  return unknown === undefined ? undefined : { unknownCategory: unknown };
}

async function write(
  service: CatalogService,
  tx: Tx,
  work: {
    taken: readonly FullProduct[];
    known: ReadonlyMap<string, KnownProduct>;
    categories: ReadonlyMap<string, string>;
  },
  publication: Publication,
): Promise<Written[]> {
  const { db } = service;
  const sql = db.in(tx);
  if (work.taken.length === 0) return [];
  const knownIds = work.taken.flatMap(({ handle }) => work.known.get(handle)?.id ?? []);
  const before = Map.groupBy(await variantsOf(sql, knownIds), ({ product_id }) => product_id);
  const written = work.taken.map((input): Written => {
    const known = work.known.get(input.handle);
    return { id: known?.id ?? v7(), input, known, before: (known && before.get(known.id)) ?? [] };
  });
  const puts = written.map(variantsToPut);
  await upsertProductRows(sql, written);
  await archiveVariants(
    sql,
    puts.flatMap(({ gone }) => gone),
  );
  const variants = puts.flatMap((put) => put.variants);
  await upsertVariantRows(sql, publication.currency, variants);
  await upsertProductCategories(
    sql,
    written.flatMap(({ id, input: { categories } }) => {
      const categoryIds = categories?.flatMap((slug) => work.categories.get(slug) ?? []);
      return categoryIds ? [{ productId: id, categoryIds }] : [];
    }),
  );
  const ids = written.map(({ id }) => id);
  await reindex(sql, ids);
  await refresh(sql, ids);

  for (const { id, input, known } of written) {
    if (known) db.publish(tx, ProductUpdated, { productId: id }, id);
    else db.publish(tx, ProductCreated, { productId: id, handle: input.handle }, id);
  }
  for (const { id, input, known, before: had } of written)
    publishVariants(db, tx, publication, {
      taxClass: input.taxClass,
      taxClassBefore: known?.tax_class,
      before: had,
      variants: variants.filter(({ productId }) => productId === id),
    });
  staleLists(service, tx, ids);
  return written;
}

/** Assigns ids to variants, existing by SKU or new, and lists the missing ones. */
function variantsToPut({ id, input, before }: Written): {
  variants: VariantToPut[];
  gone: string[];
} {
  // Variants in use come first: an archived one of the same SKU counts only if there is no other.
  const bySku = new Map([...before].reverse().map((one) => [one.sku, one]));
  const variants = input.variants.map((variant, position) => ({
    id: bySku.get(variant.sku)?.id ?? v7(),
    productId: id,
    position,
    input: variant,
  }));
  const retained = new Set(variants.map((variant) => variant.id));
  const gone = before.filter((one) => !one.archived && !retained.has(one.id)).map((one) => one.id);
  return { variants, gone };
}
