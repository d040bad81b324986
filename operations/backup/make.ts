/** Making a backup: one moment of all databases, and the media, in one archive with a manifest. */
import { createReadStream } from "node:fs";
import { readdir, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { config } from "../../config.ts";
import { ArchiveWriter } from "./archive.ts";
import { tablesOf } from "./catalog.ts";
import { type Cut, cut } from "./cut.ts";
import { dump, type Way } from "./dump.ts";
import { newBackup } from "./folder.ts";
import { ARCHIVE, type DatabaseManifest, formatted, MANIFEST, SUMS, sumsOf } from "./manifest.ts";
import { type Progress, progressOf, sized } from "./progress.ts";
import type { Source } from "./sources.ts";

export interface Making {
  readonly sources: readonly Source[];
  /** Whether these are all that there are. */
  readonly whole: boolean;
  /** The folder of all backups. */
  readonly into: string;
  readonly media: string | undefined;
  readonly way: Way;
  readonly say: (line: string) => void;
}

/** Answers the folder of the backup, which is whole and on the disk then. */
export async function makeBackup(making: Making): Promise<string> {
  const { sources, into, say } = making;
  const began = performance.now();
  const urls = new Map(sources.map(({ service, url }) => [service, url]));
  const moment = await cut(urls);
  try {
    say(
      `${sources.length} databases as of ${moment.at.toISOString()}; ` +
        `nobody could write for ${moment.pausedMs} ms.`,
    );
    const folder = await newBackup(into, async (unfinished) => {
      await fill(making, moment, unfinished);
      return moment.at;
    });
    const { size } = await stat(path.join(folder, ARCHIVE));
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    say(`${folder}: ${sized(size)} in ${seconds} s.`);
    return folder;
  } finally {
    await moment.close();
  }
}

async function fill(making: Making, moment: Cut, folder: string): Promise<void> {
  const archive = await ArchiveWriter.create(path.join(folder, ARCHIVE));
  try {
    const progress = progressOf("Backup", await bytesOf(moment));
    const databases = await dumpAll(making, moment, archive, progress);
    const media = await addMedia(making.media, archive, progress);
    progress.end();
    refuseTorn(databases);
    const { version } = config;
    const { pausedMs } = moment;
    const at = moment.at.toISOString();
    const known = { version, at, pausedMs, whole: making.whole, databases, media };
    const inside = { ...known, entries: archive.entries, archive: { bytes: 0, sha256: "" } };
    // For whoever finds only the archive, once.
    await archive.addText("manifest.json", formatted(inside));
    const sealed = await archive.seal();
    const manifest = formatted({ ...known, entries: archive.entries, archive: sealed });
    await writeDurably(path.join(folder, MANIFEST), manifest);
    await writeDurably(path.join(folder, SUMS), sumsOf(manifest, sealed));
  } catch (error) {
    await archive.abandon();
    throw sentenceOf(error, making.into);
  }
}

async function dumpAll(
  { sources, way }: Making,
  { snapshots }: Cut,
  archive: ArchiveWriter,
  { add: onBytes }: Progress,
): Promise<DatabaseManifest[]> {
  const databases: DatabaseManifest[] = [];
  for (const source of sources) {
    const snapshot = snapshots.get(source.service);
    if (!snapshot) throw new Error(`${source.service} was not part of the moment.`);
    databases.push(await dump({ source, snapshot, archive, way, onBytes }));
    // What others remove or rebuild need not wait for the rest of us.
    await snapshot.client.query("rollback");
  }
  return databases;
}

async function bytesOf({ snapshots }: Cut): Promise<number> {
  const sizes = await Promise.all(
    [...snapshots.values()].map(async ({ client }) => {
      const tables = await tablesOf(client);
      return tables.reduce((sum, { bytes }) => sum + bytes, 0);
    }),
  );
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

/**
 * Files are written once and under a name of their own, so that they need no moment: those of the
 * databases' moment are all there now, but for what was removed since.
 */
async function addMedia(folder: string | undefined, archive: ArchiveWriter, { add }: Progress) {
  let files = 0;
  let bytes = 0;
  if (folder === undefined) return { files, bytes };
  const all = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const one of all.filter((entry) => entry.isFile())) {
    const file = path.join(one.parentPath, one.name);
    const found = await stat(file).catch(() => undefined);
    if (!found) continue;
    const name = path.posix.join("media", ...path.relative(folder, file).split(path.sep));
    await archive.addLarge(name, found.size, createReadStream(file) as AsyncIterable<Buffer>);
    files += 1;
    bytes += found.size;
    add(found.size);
  }
  return { files, bytes };
}

function sentenceOf(error: unknown, into: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== "ENOSPC" && code !== "EDQUOT" && code !== "EFBIG") return error;
  return new Error(
    `There is no room in ${into}; nothing was kept of this backup. Make room, or keep fewer (--keep).`,
    { cause: error },
  );
}

/** Nobody can have heard what was not told yet: if so, our moment was none. */
function refuseTorn(databases: readonly DatabaseManifest[]): void {
  const heads = new Map(databases.map(({ service, head }) => [service, head]));
  for (const { service, cursors } of databases)
    for (const [producer, position] of Object.entries(cursors))
      if (position > (heads.get(producer) ?? Infinity))
        throw new Error(
          `${service} has heard event ${position} of ${producer}, which has told only ` +
            `${heads.get(producer)}. These databases do not belong together; no backup was made.`,
        );
}

async function writeDurably(file: string, text: string): Promise<void> {
  await writeFile(file, text, { mode: 0o600, flag: "wx", flush: true });
}
