import { config } from "../../../config.ts";
import type { ActionHandler } from "../../../lib/bus.ts";
import type { SuggestProducts } from "../catalog.contract.ts";
import { languageOf } from "../workflows/page-query.ts";
import { suggest as suggestions } from "../store/listing.store.ts";
import type { CatalogService } from "../catalog.types.ts";

export const suggest: ActionHandler<typeof SuggestProducts, CatalogService> = async (
  ctx,
  { db },
) => {
  const { q, limit = 8 } = ctx.params;
  const language = languageOf(ctx.meta.language, config.language);
  return { suggestions: await suggestions(db.sql, { q, limit, language }) };
};
