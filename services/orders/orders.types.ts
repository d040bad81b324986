import type { DatabaseService } from "../../mixins/database.mixin.ts";
import type { SagasService } from "../../mixins/sagas.mixin.ts";

/** Returns a variant's available quantity; undefined when unknown or above inventory's limit. */
export type LeftOf = (variantId: string) => Promise<number | undefined>;
export type OrdersService = DatabaseService &
  SagasService & {
    leftOf: LeftOf;
    /** Does what it is given when there is room for one more who orders. */
    admit: <T>(work: () => Promise<T>) => Promise<T>;
  };
export type OrdersDb = OrdersService["db"];
