/** Brings a service's database to the form that this version needs, by the role that owns it. */
import { QueryTypes, Sequelize } from "sequelize";
import { driver } from "./driver.ts";
import { migrate, migrationsIn, unseen } from "./migrate.ts";
import { giveRights, rightsOf } from "./rights.ts";

export interface Prepared {
  /** Names of the files that were applied now. */
  readonly applied: readonly string[];
  /**
   * Why the service may do more with its database than it needs: `one-role` where no owner is named,
   * `superuser` where the role's rights cannot be limited.
   */
  readonly excess?: "one-role" | "superuser";
}

/**
 * Applies the migrations of `folders` that `app` has not seen. With `ownerUrl`, as that role, which then
 * gives the role of `app` what it should have and no more; a start that has nothing to do does not
 * connect as the owner at all. May be repeated, and done by any number of nodes at once.
 * @throws Error with a sentence when the tables still belong to the role of `app`.
 */
export async function prepareDatabase(
  app: Sequelize,
  folders: readonly string[],
  ownerUrl: string | undefined,
): Promise<Prepared> {
  if (ownerUrl === undefined) return { applied: await migrate(app, folders), excess: "one-role" };
  const { role, superuser } = await whoIs(app);
  const ownerRole = decodeURIComponent(new URL(ownerUrl).username);
  // The rights of a superuser or of the owner itself cannot be revoked.
  if (superuser || role === ownerRole)
    return { applied: await migrate(app, folders), excess: superuser ? "superuser" : "one-role" };
  const rights = await rightsOf(app, role);
  if (rights === "owner")
    throw new Error(
      `Tables of this database belong to ${role}, not to ${ownerRole}. As a superuser, run there: ` +
        `reassign owned by "${role}" to "${ownerRole}"`,
    );
  if (rights === "right" && (await unseen(app, await migrationsIn(folders))).length === 0)
    return { applied: [] };

  const owner = new Sequelize(ownerUrl, {
    dialectModule: driver,
    logging: false,
    pool: { max: 2 },
  });
  try {
    const applied = await migrate(owner, folders, (transaction, run) =>
      giveRights(owner, role, { transaction, run }),
    );
    return { applied };
  } finally {
    await owner.close();
  }
}

async function whoIs(app: Sequelize): Promise<{ role: string; superuser: boolean }> {
  const [found] = await app.query<{ role: string; superuser: boolean }>(
    "select current_user::text as role, rolsuper as superuser from pg_roles where rolname = current_user",
    { type: QueryTypes.SELECT },
  );
  if (!found) throw new Error("Postgres does not say who asks.");
  return found;
}
