import type { ServiceSchema } from "moleculer";
import { actionsIn } from "../../lib/folder.ts";
import { Database } from "../../mixins/database.mixin.ts";
import { Events, reactionsIn } from "../../mixins/events.mixin.ts";
import { Jobs } from "../../mixins/jobs.mixin.ts";
import { VariantCreated, VariantUpdated } from "../catalog/catalog.contract.ts";
import { OrderProcessed } from "../orders/orders.contract.ts";
import { publishDuePrices } from "./jobs/publishDuePrices.ts";
import * as contract from "./pricing.contract.ts";

/** Pricing: prices and their history, VAT, coupons. */
const PricingService: ServiceSchema = {
  name: "pricing",
  mixins: [
    Events(
      await reactionsIn(import.meta.dirname, [VariantCreated, VariantUpdated, OrderProcessed]),
    ),
    Jobs({ publishDuePrices }),
    Database("pricing"),
  ],
  actions: await actionsIn(import.meta.dirname, contract),
};

export default PricingService;
