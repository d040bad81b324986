import type { Reacts } from "../../../mixins/events.mixin.ts";
import type { VariantUpdated } from "../../catalog/catalog.contract.ts";
import type { PricingService } from "../pricing.types.ts";
import { applyVariant } from "./variant.created.ts";

/** A merchant's file may say another price, or none: then the price stays. */
export const onVariantUpdated: Reacts<typeof VariantUpdated, PricingService> = (
  { data },
  tx,
  { db },
) => applyVariant(db, tx, data);
