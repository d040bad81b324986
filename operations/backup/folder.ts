/** The folder of all backups: what is in it, how one comes into it, and how old ones go. */
import { mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { namesOnDisk } from "../../lib/on-disk.ts";
import { isAlive } from "../../runtime/postgres/postmaster.ts";
import { ARCHIVE, type Manifest, readManifest } from "./manifest.ts";

export const USUAL_FOLDER = "backups";
const NAME = /^\d{8}_\d{6}$/;
const UNFINISHED = /^\.unfinished-(\d+)-/;
const DAY_MS = 86_400_000;
/** Longest that a backup which is being made writes nothing. */
const STILL_MS = 3_600_000;

export interface Backup {
  readonly name: string;
  readonly folder: string;
  /** Undefined: it is not whole. */
  readonly manifest: Manifest | undefined;
  /** What is wrong with it, as far as can be seen without reading all of it. */
  readonly problem: string | undefined;
}

/** A moment as backups are called: UTC, so that they sort also in the night when clocks go back. */
export const nameOf = (at: Date): string =>
  at.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "_");

/** Oldest first. Other things in the folder are left alone. */
export async function backupsIn(folder: string): Promise<Backup[]> {
  const names = await readdir(folder).catch(() => []);
  return Promise.all(
    names
      .filter((name) => NAME.test(name))
      .sort()
      .map((name) => inspect(folder, name)),
  );
}

async function inspect(folder: string, name: string): Promise<Backup> {
  const itself = path.join(folder, name);
  try {
    const manifest = await readManifest(itself);
    const { size } = await stat(path.join(itself, ARCHIVE)).catch(() => ({ size: 0 }));
    const problem = size === manifest.archive.bytes ? undefined : `${ARCHIVE} is not whole`;
    return { name, folder: itself, manifest: problem ? undefined : manifest, problem };
  } catch (error) {
    return { name, folder: itself, manifest: undefined, problem: (error as Error).message };
  }
}

/**
 * Lets `fill` write into a new folder, which gets its name only when all of it is on the disk: what
 * was interrupted never looks like a backup. What dead ones have left is removed.
 */
export async function newBackup(
  folder: string,
  fill: (unfinished: string) => Promise<Date>,
): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await removeLeftovers(folder);
  const unfinished = await mkdtemp(path.join(folder, `.unfinished-${process.pid}-`));
  ours.add(path.basename(unfinished));
  try {
    const at = await fill(unfinished);
    await namesOnDisk(unfinished);
    const named = await givenName(folder, unfinished, at);
    await namesOnDisk(folder);
    return named;
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
}

/** Two of the same second: the later one is called after the next free one. */
async function givenName(folder: string, unfinished: string, at: Date): Promise<string> {
  for (let second = 0; ; second += 1) {
    const named = path.join(folder, nameOf(new Date(at.getTime() + second * 1_000)));
    if (await exists(named)) continue;
    try {
      await rename(unfinished, named);
      return named;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
      await sleep(10);
    }
  }
}

/**
 * Removes all but the newest `keep`, and those older than `days`; never the newest. Backups of only some
 * services are counted apart: they take no place of one of all.
 */
export async function removeOld(
  folder: string,
  { keep, days = Infinity, now = new Date() }: { keep: number; days?: number; now?: Date },
  /** Those that count; others are neither counted nor removed. */
  isGood: (backup: Backup) => boolean = ({ manifest }) => manifest !== undefined,
): Promise<string[]> {
  const newestFirst = (await backupsIn(folder)).filter(isGood).reverse();
  const kinds = Map.groupBy(newestFirst, ({ manifest }) => manifest?.whole);
  const old = [...kinds.values()].flatMap((all) =>
    all.filter(({ manifest }, n) => {
      const ageMs = now.getTime() - new Date(manifest?.at ?? now).getTime();
      return n > 0 && (n >= keep || ageMs > days * DAY_MS);
    }),
  );
  for (const one of old) await removeBackup(folder, one);
  return old.map(({ name }) => name);
}

/** Loses its name first: half of one never looks like a backup. */
async function removeBackup(folder: string, { name, folder: itself }: Backup): Promise<void> {
  const going = path.join(folder, `.unfinished-${process.pid}-going-${name}`);
  await rename(itself, going);
  await rm(going, { recursive: true, force: true });
}

/** Names of what this process is making, or has made. */
const ours = new Set<string>();

async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const maker = UNFINISHED.exec(name)?.[1];
    if (maker === undefined || ours.has(name)) continue;
    const itself = path.join(folder, name);
    // In every container we have the same number: then it is of one that is gone, or at work beside us.
    const dead = Number(maker) === process.pid ? await isStill(itself) : !isAlive(Number(maker));
    if (dead) await rm(itself, { recursive: true, force: true });
  }
}

/** Whether nothing in it was written for long. */
async function isStill(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    [folder, ...names.map((name) => path.join(folder, name))].map((file) =>
      stat(file).catch(() => undefined),
    ),
  );
  const touchedAt = Math.max(...found.map((one) => one?.mtimeMs ?? 0));
  return Date.now() - touchedAt > STILL_MS;
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

/** The name of a moment, now or in a second or two, by which nothing is called yet. */
export async function freeName(
  isTaken: (name: string) => Promise<boolean> | boolean,
): Promise<string> {
  for (;;) {
    const name = nameOf(new Date());
    if (!(await isTaken(name))) return name;
    await sleep(1_000 - (Date.now() % 1_000));
  }
}
