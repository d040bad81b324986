import type { DatabaseService, Db } from "../../mixins/database.mixin.ts";
import type { ImportsService } from "../../mixins/imports.mixin.ts";
import type { Vocabulary } from "./store/vocabulary.ts";

export type CatalogDb = Db;
export type CatalogService = DatabaseService & ImportsService & { vocabulary: Vocabulary };
