import type { Reacts } from "../../../mixins/events.mixin.ts";
import type { VariantImported } from "../../catalog/catalog.contract.ts";
import type { PricingService } from "../store/tables.ts";
import { takeOver } from "./variant.created.ts";

/** A merchant's file may say another price, or none: then the price stays. */
export const onVariantImported: Reacts<typeof VariantImported, PricingService> = (
  { data },
  tx,
  { db },
) => takeOver(db, tx, data);
