import type { DatabaseService } from "../../../mixins/database.mixin.ts";

export type CartsService = DatabaseService<object>;

/** Carts are read and written by SQL only. */
export const tables = (): object => ({});
