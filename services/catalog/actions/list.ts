import type { ActionHandler } from "../../../lib/bus.ts";
import { DEFAULT_LIMIT, pageOf } from "../../../lib/page.ts";
import type { ListProducts } from "../catalog.contract.ts";
import { found } from "../workflows/found.ts";
import { languageOf, wantedPage } from "../workflows/page-query.ts";
import { toListItem } from "../workflows/toProduct.ts";
import type { CatalogService } from "../catalog.types.ts";
import { config } from "../../../config.ts";

export const list: ActionHandler<typeof ListProducts, CatalogService> = async (ctx, service) => {
  const { limit = DEFAULT_LIMIT } = ctx.params;
  const language = languageOf(ctx.meta.language, config.language);
  const { filters, sort, after } = wantedPage(ctx.params, config.currency);
  const meant = await found(service, filters, { sort, language, limit, after });
  const { items, next } = pageOf(meant.rows, limit, {
    key: ({ sort_key, id }) => [sort_key, id],
    item: toListItem,
  });
  return {
    products: items,
    ...(next !== undefined && { next }),
    ...(meant.corrected !== undefined && { corrected: meant.corrected }),
  };
};
