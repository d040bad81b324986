import type { DatabaseService } from "../../mixins/database.mixin.ts";

export type PricingService = DatabaseService;
export type PricingDb = PricingService["db"];
