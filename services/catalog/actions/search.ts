import { config } from "../../../config.ts";
import type { ActionHandler } from "../../../lib/bus.ts";
import { DEFAULT_LIMIT, pageOf } from "../../../lib/page.ts";
import type { Search } from "../catalog.contract.ts";
import type { Facet } from "../contract/products.ts";
import { found } from "../workflows/found.ts";
import { toListItem } from "../workflows/toProduct.ts";
import { languageOf, wantedPage } from "../workflows/page-query.ts";
import { countFacets, type FacetRow } from "../store/listing.store.ts";
import type { CatalogService } from "../catalog.types.ts";

export const search: ActionHandler<typeof Search, CatalogService> = async (ctx, service) => {
  const { limit = DEFAULT_LIMIT } = ctx.params;
  const language = languageOf(ctx.meta.language, config.language);
  const { filters, sort, after } = wantedPage(ctx.params, config.currency);
  const meant = await found(service, filters, { sort, language, limit, after });
  const counts = await countFacets(service.db.sql, meant.filters, language);
  const { items, next } = pageOf(meant.rows, limit, {
    key: ({ sort_key, id }) => [sort_key, id],
    item: toListItem,
  });
  return {
    products: items,
    ...(next !== undefined && { next }),
    ...(meant.corrected !== undefined && { corrected: meant.corrected }),
    total: counts[0]?.total ?? 0,
    facets: {
      category: facetsOf(counts, "category"),
      vendor: facetsOf(counts, "vendor"),
      type: facetsOf(counts, "type"),
    },
  };
};

const facetsOf = (rows: readonly FacetRow[], kind: FacetRow["kind"]): Facet[] =>
  rows
    .filter((row) => row.kind === kind)
    .map(({ value, name, count }) => ({ value: value ?? "", name: name ?? "", count }));
