import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { QueryTypes, type Sequelize, type Transaction } from "sequelize";
import { Client } from "./driver.ts";

/** Time limit of a migration, or of waiting for another node's. */
const LIMIT_MS = 3_600_000;

/** A statement of a transaction. */
export type Run = (statement: string) => Promise<unknown>;

/**
 * Applies the SQL files of `folders` that this database has not seen, folder by folder, in the order
 * of their names. Any number of nodes may start at once: one migrates while the others wait. All of
 * one start's files are applied, or none. With `last`, it runs last in the same transaction, also
 * when there is no file to apply.
 */
export async function migrate(
  sequelize: Sequelize,
  folders: readonly string[],
  last?: (transaction: Transaction, run: Run) => Promise<void>,
): Promise<string[]> {
  const files = await migrationsIn(folders);
  if (!last && (await unseen(sequelize, files)).length === 0) return [];

  return sequelize.transaction(async (transaction) => {
    const run = (sql: string) => sequelize.query(sql, { transaction, raw: true });
    // A big migration may take longer than an ordinary statement ever should.
    const { connection } = transaction as { connection?: unknown };
    if (connection instanceof Client) connection.statementLimitMs = LIMIT_MS;
    await run("set local statement_timeout = 0; set local lock_timeout = 0");
    await run("select pg_advisory_xact_lock(hashtext('migrate'))");
    await run(
      "create table if not exists migration (name text primary key, at timestamptz not null default now())",
    );
    // A waiting lock blocks every later reader of the table, so it is better to fail and try again.
    await run("set local lock_timeout = '3s'");
    const applied: string[] = [];
    for (const file of await unseen(sequelize, files, transaction)) {
      await run(await readFile(file, "utf8"));
      await sequelize.query("insert into migration (name) values ($1)", {
        bind: [path.basename(file)],
        transaction,
      });
      applied.push(path.basename(file));
    }
    await last?.(transaction, run);
    return applied;
  });
}

/** The files that a database may have to see, in their order. */
export const migrationsIn = async (folders: readonly string[]): Promise<string[]> =>
  (await Promise.all(folders.map(sqlFiles))).flat();

/** The files not applied yet: asked without the lock first, because most starts have nothing to do. */
export async function unseen(
  sequelize: Sequelize,
  files: string[],
  transaction?: Transaction,
): Promise<string[]> {
  const options = { type: QueryTypes.SELECT as const, ...(transaction && { transaction }) };
  const [table] = await sequelize.query<{ exists: boolean }>(
    "select to_regclass('migration') is not null as exists",
    options,
  );
  if (!table?.exists) return files;
  const seen = await sequelize.query<{ name: string }>("select name from migration", options);
  const names = new Set(seen.map(({ name }) => name));
  return files.filter((file) => !names.has(path.basename(file)));
}

async function sqlFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.endsWith(".sql"))
    .sort()
    .map((name) => path.join(folder, name));
}
