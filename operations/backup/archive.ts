/**
 * One tar.gz that grows while it is written, without a file beside it and with little memory. Each of
 * its files is a gzip member of its own (RFC 1952, §2.2: members one after another are one file): any
 * tar reads the whole, several are packed at once, and we read a single one where it lies.
 */
import { createHash, webcrypto } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { pack } from "tar-stream";
import { gathered, pieces } from "./blocks.ts";

export interface Entry {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Where its member begins in the archive, and how long it is. */
  readonly at: number;
  readonly length: number;
}
export interface Sealed {
  readonly bytes: number;
  readonly sha256: string;
}

/** What is said of a file in a tar. */
type Named = Parameters<ReturnType<typeof pack>["entry"]>[0];

const zipped = promisify<Buffer, { level: number }, Buffer>(gzip);
/** What gzip itself and pg_dump take. */
const LEVEL = 6;
/** Blocks that are packed at once; zlib does it on threads of its own. */
const AT_ONCE = 4;
/** What tar wants after the last file. */
const TAR_END_BYTES = 1024;

export class ArchiveWriter {
  readonly entries: Entry[] = [];
  readonly #file: FileHandle;
  readonly #hash = createHash("sha256");
  readonly #mtime = new Date();
  #bytes = 0;
  #tail: Promise<unknown> = Promise.resolve();
  #busy = 0;
  #failed = false;
  #freed: (() => void) | undefined;

  private constructor(file: FileHandle) {
    this.#file = file;
  }
  /** Only its owner reads it. @throws when there already is such a file */
  static async create(path: string): Promise<ArchiveWriter> {
    return new ArchiveWriter(await open(path, "wx", 0o600));
  }

  /** Adds a file. It may still be under way when this answers; `seal` waits for it. */
  async add(name: string, content: Buffer): Promise<void> {
    await this.#room();
    const sha256 = digest(content);
    const member = this.#member(name, content);
    this.#then(async () => {
      const { at, length } = await this.#write(await member);
      this.entries.push({ name, bytes: content.length, sha256: await sha256, at, length });
    });
    // Whoever adds the next one, or seals, is told.
    for (const one of [sha256, member]) one.catch(() => undefined);
  }

  addText = (name: string, text: string): Promise<void> => this.add(name, Buffer.from(text));

  /** Adds a file that may be larger than memory, of a length that is known. */
  async addLarge(name: string, bytes: number, source: AsyncIterable<Buffer>): Promise<void> {
    await this.#settle();
    const at = this.#bytes;
    const hash = createHash("sha256");
    const seen = async function* () {
      for await (const chunk of source) {
        hash.update(chunk);
        yield chunk;
      }
    };
    try {
      for await (const piece of pieces(tarOf(this.#headerOf(name, bytes), seen())))
        await this.#write(await zipped(piece, { level: LEVEL }));
    } catch (cause) {
      throw new Error(
        `${name} could not be kept; was it changed meanwhile? ${(cause as Error).message}`,
        { cause },
      );
    }
    const length = this.#bytes - at;
    this.entries.push({ name, bytes, sha256: hash.digest("hex"), at, length });
  }

  /** Ends the archive as tar wants it; when this answers it is on the disk. */
  async seal(): Promise<Sealed> {
    await this.#settle();
    await this.#write(await zipped(Buffer.alloc(TAR_END_BYTES), { level: LEVEL }));
    await this.#file.sync();
    await this.#file.close();
    return { bytes: this.#bytes, sha256: this.#hash.digest("hex") };
  }
  async abandon(): Promise<void> {
    await this.#tail.catch(() => undefined);
    await this.#file.close().catch(() => undefined);
  }

  #headerOf = (name: string, size: number): Named => ({
    name,
    size,
    mtime: this.#mtime,
    mode: 0o600,
  });
  async #member(name: string, content: Buffer): Promise<Buffer> {
    const tar = tarOf(this.#headerOf(name, content.length), content);
    return zipped(await gathered(tar), { level: LEVEL });
  }

  /** In the order in which they were added. */
  #then(work: () => Promise<void>): void {
    this.#busy += 1;
    this.#tail = this.#tail.then(work).finally(() => {
      this.#busy -= 1;
      this.#freed?.();
    });
    this.#tail.catch(() => (this.#failed = true));
  }
  async #room(): Promise<void> {
    while (this.#busy >= AT_ONCE) await new Promise<void>((resolve) => (this.#freed = resolve));
    if (this.#failed) await this.#settle();
  }
  /** @throws what went wrong with one that was under way */
  #settle = (): Promise<unknown> => this.#tail;

  async #write(bytes: Buffer): Promise<{ at: number; length: number }> {
    const at = this.#bytes;
    this.#hash.update(bytes);
    for (let done = 0; done < bytes.length;)
      done += (await this.#file.write(bytes, done, bytes.length - done)).bytesWritten;
    this.#bytes += bytes.length;
    return { at, length: bytes.length };
  }
}

/** On a thread of its own, unlike createHash. */
const digest = async (content: Buffer): Promise<string> =>
  Buffer.from(await webcrypto.subtle.digest("SHA-256", content as never)).toString("hex");

/** One file as it stands in a tar, without the end that a tar has. */
async function* tarOf(
  header: Named,
  content: Buffer | AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  const tar = pack();
  if (Buffer.isBuffer(content)) {
    tar.entry(header, content);
    tar.finalize();
  } else
    void pipeline(Readable.from(content), tar.entry(header)).then(
      () => tar.finalize(),
      (error: Error) => tar.destroy(error),
    );
  let last: Buffer | undefined;
  for await (const chunk of tar as AsyncIterable<Buffer>) {
    if (last) yield last;
    last = chunk;
  }
  if (last && last.length > TAR_END_BYTES) yield last.subarray(0, -TAR_END_BYTES);
}
