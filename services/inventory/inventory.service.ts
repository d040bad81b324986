import type { ServiceSchema } from "moleculer";
import { actionsIn } from "../../lib/folder.ts";
import { Database } from "../../mixins/database.mixin.ts";
import { Events, reactionsIn } from "../../mixins/events.mixin.ts";
import { Jobs } from "../../mixins/jobs.mixin.ts";
import { VariantCreated, VariantUpdated } from "../catalog/catalog.contract.ts";
import { closeStocktakes } from "./jobs/closeStocktakes.ts";
import { placeWaiting } from "./jobs/placeWaiting.ts";
import { releaseAbandoned } from "./jobs/releaseAbandoned.ts";
import { Grouping } from "./workflows/groups.ts";
import * as contract from "./inventory.contract.ts";
import { INVARIANTS } from "./invariants.ts";
import { stocktakeLoader } from "./store/stocktakes.store.ts";
import { transferLoader } from "./store/transfers.store.ts";

/** Knows how many of each thing are where, and for whom they are held. */
const InventoryService: ServiceSchema = {
  name: "inventory",
  mixins: [
    Events(await reactionsIn(import.meta.dirname, [VariantCreated, VariantUpdated])),
    Jobs({ releaseAbandoned, placeWaiting, closeStocktakes }),
    Grouping(),
    Database("inventory"),
  ],
  resources: { transfer: transferLoader, stocktake: stocktakeLoader },
  invariants: INVARIANTS,
  actions: await actionsIn(import.meta.dirname, contract),
};

export default InventoryService;
