/** Products for what was typed; where nothing is called so, for what was probably meant. */
import { corrected } from "../domain/spelling.ts";
import { type Filters, type ListedRow, listProducts } from "../store/listing.store.ts";
import type { CatalogService } from "../catalog.types.ts";

type Page = Parameters<typeof listProducts>[2];
interface Found {
  readonly rows: ListedRow[];
  readonly filters: Filters;
  /** They are not those that were typed. */
  readonly corrected?: string;
}

export async function found(
  { db, vocabulary }: CatalogService,
  filters: Filters,
  page: Page,
): Promise<Found> {
  const rows = await listProducts(db.sql, filters, page);
  const { q } = filters;
  if (rows.length > 0 || q === undefined) return { rows, filters };
  // The end of what was found is not the same as nothing.
  const first = { ...page, after: undefined, limit: 0 };
  if (page.after && (await listProducts(db.sql, filters, first)).length > 0)
    return { rows, filters };
  const meant = corrected(q, await vocabulary.words());
  if (meant === undefined) return { rows, filters };
  const instead = { ...filters, q: meant };
  const those = await listProducts(db.sql, instead, page);
  return those.length > 0 ? { rows: those, filters: instead, corrected: meant } : { rows, filters };
}
