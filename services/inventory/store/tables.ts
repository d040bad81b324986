import type { Tx } from "../../../lib/sql.ts";

/** All statements of this service are SQL: there is no Sequelize model. */
export const tables = () => ({});

export type { Tx };
