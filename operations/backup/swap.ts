/**
 * Putting restored databases in the place of others. Those of one server change places in one
 * transaction. Where there are several servers, nobody can enter any of them before all are changed:
 * a restore that dies in between leaves no company that could run on a mixture.
 */
import { type Client, escapeIdentifier } from "pg";

export interface Exchange {
  /** Of the server, in a database that is none of these. */
  readonly admin: Client;
  readonly database: string;
  readonly restored: string;
  /** What the present one is called afterwards; undefined where there is none. */
  readonly before: string | undefined;
}

/**
 * `meanwhile` runs when all have changed places and nobody can enter yet. When it fails before that,
 * all is as it was. @throws Error
 */
export async function swap(
  exchanges: readonly Exchange[],
  meanwhile: () => Promise<void>,
): Promise<void> {
  const byServer = [...Map.groupBy(exchanges, ({ admin }) => admin)];
  try {
    for (const { admin, database, restored, before } of exchanges) {
      await enterable(admin, restored, false);
      if (before !== undefined) await enterable(admin, database, false);
    }
    for (const [admin, all] of byServer) {
      await admin.query("begin");
      for (const { database, restored, before } of all) {
        if (before !== undefined) await rename(admin, database, before);
        await rename(admin, restored, database);
      }
    }
  } catch (error) {
    for (const [admin] of byServer) await admin.query("rollback");
    for (const { admin, database, before } of exchanges)
      if (before !== undefined) await enterable(admin, database, true);
    throw error;
  }
  for (const [admin] of byServer) await admin.query("commit");
  await meanwhile();
  for (const { admin, database, before } of exchanges) {
    await enterable(admin, database, true);
    if (before !== undefined) await enterable(admin, before, true);
  }
}

const enterable = (admin: Client, database: string, may: boolean) =>
  admin.query(`alter database ${escapeIdentifier(database)} with allow_connections ${may}`);

const rename = (admin: Client, from: string, to: string) =>
  admin.query(`alter database ${escapeIdentifier(from)} rename to ${escapeIdentifier(to)}`);
