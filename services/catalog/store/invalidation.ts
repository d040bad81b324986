import { invalidate } from "../../../middlewares/cache-invalidation.middleware.ts";
import { CATEGORIES, categoryTag, PRODUCTS, productTag } from "../contract/cache.ts";
import type { CatalogService } from "../catalog.types.ts";
import type { Tx } from "../../../lib/sql.ts";

/** Price or state of these products is another: what shows them is no longer right. */
export const invalidateAfter = (
  service: CatalogService,
  tx: Tx,
  productIds: readonly string[],
): void => invalidate(service, tx, ...productIds.map(productTag));

/** These products are new, edited or archived: lists may also have others in them, or other counts. */
export const staleLists = (service: CatalogService, tx: Tx, productIds: readonly string[]): void =>
  invalidate(service, tx, PRODUCTS, ...productIds.map(productTag));

/** The tree of categories is another; of these slugs, products show one that is no longer right. */
export const staleCategories = (service: CatalogService, tx: Tx, ...slugs: string[]): void =>
  invalidate(service, tx, PRODUCTS, CATEGORIES, ...slugs.map(categoryTag));
