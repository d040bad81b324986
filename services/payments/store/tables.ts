import type { Db, DatabaseService } from "../../../mixins/database.mixin.ts";
import type { PaymentQueues } from "../jobs/queues.ts";

/** Every statement here is SQL: the database decides. */
export const tables = () => ({});
export type PaymentsDb = Db;
export type PaymentsService = DatabaseService & PaymentQueues;
