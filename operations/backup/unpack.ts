/** Reading an archive again: a single file of it, where it lies. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import type { Entry, Sealed } from "./archive.ts";
import { gathered } from "./blocks.ts";

/** The content of one file of an archive. @throws when it is not what was written */
export async function* contentOf(archive: string, entry: Entry): AsyncGenerator<Buffer> {
  const hash = createHash("sha256");
  const source = createReadStream(archive, { start: entry.at, end: entry.at + entry.length - 1 });
  const files = extract();
  const unzipped = createGunzip();
  source.on("error", (error) => unzipped.destroy(error));
  unzipped.on("error", (error) => files.destroy(error));
  source.pipe(unzipped).pipe(files);
  let bytes = 0;
  for await (const file of files as AsyncIterable<Readable>)
    for await (const chunk of file as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  if (bytes !== entry.bytes || hash.digest("hex") !== entry.sha256)
    throw new Error(`${entry.name} in ${archive} is damaged. Take another backup.`);
}

export async function textOf(archive: string, entry: Entry): Promise<string> {
  return (await gathered(contentOf(archive, entry))).toString();
}

export async function hashOf(file: string): Promise<Sealed> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return { bytes, sha256: hash.digest("hex") };
}
