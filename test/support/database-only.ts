/** A service's migrated database without the service: for tests of a store's queries on many rows. */
import { Sequelize } from "sequelize";
import { driver } from "../../lib/driver.ts";
import { type Sql, sqlOf } from "../../lib/sql.ts";
import { dropDatabases, giveDatabase } from "./test-databases.ts";

export interface TestDatabase {
  readonly sql: Sql;
  drop(): Promise<void>;
}

/** An empty database of `service`; no node runs on it. */
export async function databaseOnly(service: string): Promise<TestDatabase> {
  const sequelize = new Sequelize(await giveDatabase(service), {
    dialectModule: driver,
    logging: false,
  });
  return {
    sql: sqlOf(sequelize),
    async drop() {
      await sequelize.close();
      await dropDatabases();
    },
  };
}
