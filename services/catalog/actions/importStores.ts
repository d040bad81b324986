import type { ActionHandler } from "../../../lib/bus.ts";
import type { ImportStores } from "../catalog.contract.ts";
import { receiveFile } from "../workflows/import/receive.ts";
import type { CatalogService } from "../catalog.types.ts";

export const importStores: ActionHandler<typeof ImportStores, CatalogService> = (ctx, service) =>
  receiveFile(ctx, service, { kind: "stores", source: ctx.params.source ?? "stores.json" });
