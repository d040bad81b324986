/** The media of a backup, put in the place of what is there. */
import { createWriteStream, existsSync } from "node:fs";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { config } from "../../config.ts";
import { contentOf } from "./unpack.ts";
import { freeName } from "./folder.ts";
import { ARCHIVE, type Manifest } from "./manifest.ts";

const PREFIX = "media/";

/** Beside first; then the folders change their names. What was there is kept. */
export async function restoreMedia(
  folder: string,
  manifest: Manifest,
  say: (line: string) => void,
): Promise<void> {
  if (manifest.media.files === 0) return;
  const media = path.join(config.dataDir, "media");
  const beside = `${media}_restoring`;
  await rm(beside, { recursive: true, force: true });
  for (const entry of manifest.entries.filter(({ name }) => name.startsWith(PREFIX))) {
    const file = path.join(beside, entry.name.slice(PREFIX.length));
    // A manifest is a file as any other: it may not lead us elsewhere.
    if (!file.startsWith(beside + path.sep)) throw new Error(`${entry.name} leads elsewhere.`);
    await mkdir(path.dirname(file), { recursive: true });
    const source = Readable.from(contentOf(path.join(folder, ARCHIVE), entry));
    await pipeline(source, createWriteStream(file, { flush: true }));
  }
  const there = await stat(media).catch(() => undefined);
  if (there) {
    const before = `${media}_before_${await freeName((name) => existsSync(`${media}_before_${name}`))}`;
    await rename(media, before);
    say(`The media of before are kept in ${before}.`);
  }
  await rename(beside, media);
}
