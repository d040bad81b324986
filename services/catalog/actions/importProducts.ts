import type { ActionHandler } from "../../../lib/bus.ts";
import type { ImportProducts } from "../catalog.contract.ts";
import { receiveFile } from "../workflows/import/receive.ts";
import type { CatalogService } from "../catalog.types.ts";

export const importProducts: ActionHandler<typeof ImportProducts, CatalogService> = (
  ctx,
  service,
) => {
  const { format = "shopify", source = "products.csv" } = ctx.params;
  return receiveFile(ctx, service, { kind: format, source });
};
