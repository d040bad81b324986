/** Every statement of pricing is SQL: there are no models. */
import type { DatabaseService } from "../../../mixins/database.mixin.ts";

export const tables = () => ({});
export type PricingService = DatabaseService;
export type PricingDb = PricingService["db"];
