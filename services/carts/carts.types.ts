import type { DatabaseService } from "../../mixins/database.mixin.ts";

export type CartsService = DatabaseService;
