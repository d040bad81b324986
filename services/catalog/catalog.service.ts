import { service } from "../../lib/bus.ts";
import { actionsIn } from "../../lib/folder.ts";
import { importKind } from "../../lib/import-kind.ts";
import { Database } from "../../mixins/database.mixin.ts";
import { Events, reactionsIn } from "../../mixins/events.mixin.ts";
import { ImportJobs } from "../../mixins/imports.mixin.ts";
import { AvailabilityChanged } from "../inventory/inventory.contract.ts";
import { PriceChanged } from "../pricing/pricing.contract.ts";
import { productsKind } from "./workflows/import/products.kind.ts";
import { storesKind } from "./workflows/import/stores.kind.ts";
import type { CatalogService as Catalog } from "./catalog.types.ts";
import * as contract from "./catalog.contract.ts";
import { Vocabulary } from "./store/vocabulary.ts";

/** The catalogue: products, variants, categories; search; import and export. */
const CatalogService = service({
  name: "catalog",
  mixins: [
    Events(await reactionsIn(import.meta.dirname, [PriceChanged, AvailabilityChanged])),
    ImportJobs((catalog: Catalog) => [
      importKind(productsKind(catalog)),
      importKind(storesKind(catalog)),
    ]),
    Database("catalog"),
  ],
  actions: await actionsIn(import.meta.dirname, contract),
  created(this: Catalog) {
    this.vocabulary = new Vocabulary(() => this.db.sql);
  },
});

export default CatalogService;
