/** Two versions of the code side by side: this one, and a newer one that has one more migration. */
import { cp, mkdir, readdir, rename, symlink, writeFile } from "node:fs/promises";
import path from "node:path";

export interface Versions {
  /** Where a node looks for its version. */
  folderOf(node: string): string;
  /** What the node runs when it starts the next time, as a deployment does it: by a link. */
  use(node: string, version: "present" | "newer"): Promise<void>;
  /** The file name of the migration that only the newer version has. */
  readonly migration: string;
}

/** The code itself is the same: to a database, a version is its migrations. */
export async function versionsIn(
  folder: string,
  { service, sql }: { service: string; sql: string },
): Promise<Versions> {
  const present = process.cwd();
  const newer = path.join(folder, "newer");
  await linkAll(present, newer, "services");
  await linkAll(path.join(present, "services"), path.join(newer, "services"), service);
  const own = path.join("services", service);
  await linkAll(path.join(present, own), path.join(newer, own), "migrations");
  const migrations = path.join(newer, own, "migrations");
  await cp(path.join(present, own, "migrations"), migrations, { recursive: true });
  const count = (await readdir(migrations)).length;
  const migration = `${String(count + 1).padStart(4, "0")}_newer.sql`;
  await writeFile(path.join(migrations, migration), sql);

  const folderOf = (node: string) => path.join(folder, node);
  return {
    migration,
    folderOf,
    use: async (node, version) => {
      const link = `${folderOf(node)}.next`;
      await symlink(version === "newer" ? newer : present, link);
      await rename(link, folderOf(node));
    },
  };
}

/** Links to all that is in `from` but `except`, in a folder of its own. */
async function linkAll(from: string, to: string, except: string): Promise<void> {
  await mkdir(to, { recursive: true });
  const names = (await readdir(from)).filter((name) => name !== except && !name.startsWith("."));
  await Promise.all(names.map((name) => symlink(path.join(from, name), path.join(to, name))));
}
