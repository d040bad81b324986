import type { DatabaseService } from "../../mixins/database.mixin.ts";
import type { SagasService } from "../../mixins/sagas.mixin.ts";

/** How many are left of a variant; undefined when nobody knows, or when there are more than is told. */
export type LeftOf = (variantId: string) => Promise<number | undefined>;
export type OrdersService = DatabaseService &
  SagasService & {
    leftOf: LeftOf;
    /** Does what it is given when there is room for one more who orders. */
    admit: <T>(work: () => Promise<T>) => Promise<T>;
  };
export type OrdersDb = OrdersService["db"];
