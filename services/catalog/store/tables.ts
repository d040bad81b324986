import type { Db, DatabaseService } from "../../../mixins/database.mixin.ts";
import type { ImportsService } from "../../../mixins/imports.mixin.ts";
import type { Tx } from "../../../lib/sql.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** All statements of this service are SQL: there is no Sequelize model. */
export const tables = () => ({});

export type CatalogDb = Db;
export type CatalogService = DatabaseService & ImportsService & { vocabulary: Vocabulary };
export type { Tx };
