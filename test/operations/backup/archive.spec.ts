/** The archive: any tar reads it, and what was changed in it is seen. */
import { execFile } from "node:child_process";
import { createReadStream } from "node:fs";
import { mkdtemp, open, readFile, rm, stat, writeFile } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import fc from "fast-check";
import { ArchiveWriter } from "../../../operations/backup/archive.ts";
import { contentOf, hashOf } from "../../../operations/backup/unpack.ts";
import { gathered } from "../../../operations/backup/blocks.ts";

const run = promisify(execFile);
let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "comptoir-archive-"));
  file = path.join(folder, "all.tar.gz");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("whatever goes in comes out, one by one and with tar", async () => {
  const contents = fc.array(fc.uint8Array({ maxLength: 3_000 }), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(contents, async (all) => {
      await rm(file, { force: true });
      const writer = await ArchiveWriter.create(file);
      for (const [n, content] of all.entries()) await writer.add(`a/${n}`, Buffer.from(content));
      const sealed = await writer.seal();
      expect(await hashOf(file)).toEqual(sealed);
      for (const [n, content] of all.entries()) {
        const entry = writer.entries[n];
        if (!entry) throw new Error("An entry is missing.");
        expect(await gathered(contentOf(file, entry))).toEqual(Buffer.from(content));
      }
    }),
    { numRuns: 15 },
  );
});

test("tar unpacks it: long names, other letters, large files, an empty one", async () => {
  const large = path.join(folder, "large");
  await writeFile(large, randomBytes(9_000_001));
  const long = `média/${"x".repeat(150)}/${"é".repeat(60)}.jpg`;
  const writer = await ArchiveWriter.create(file);
  await writer.addText("orders/before.sql", "create table t ();\n");
  await writer.add("orders/empty", Buffer.alloc(0));
  await writer.addLarge(long, 9_000_001, createReadStream(large) as AsyncIterable<Buffer>);
  await writer.addText("last", "end");
  await writer.seal();
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await run("tar", ["-xzf", file, "-C", folder]);
  expect(await readFile(path.join(folder, "orders/before.sql"), "utf8")).toBe(
    "create table t ();\n",
  );
  expect((await stat(path.join(folder, "orders/empty"))).size).toBe(0);
  expect(await hashOf(path.join(folder, long))).toEqual(await hashOf(large));
  const [, , entry] = writer.entries;
  if (!entry) throw new Error("An entry is missing.");
  expect((await gathered(contentOf(file, entry))).equals(await readFile(large))).toBe(true);
});

test("a file that changes while it is read is refused", async () => {
  const writer = await ArchiveWriter.create(file);
  const grows = Readable.from([Buffer.alloc(10)]) as AsyncIterable<Buffer>;
  await expect(writer.addLarge("media/a", 5, grows)).rejects.toThrow(/media\/a/);
  await writer.abandon();
});

test("every byte that is changed is seen", async () => {
  const writer = await ArchiveWriter.create(file);
  const content = randomBytes(400);
  await writer.add("rows", content);
  const sealed = await writer.seal();
  const [entry] = writer.entries;
  if (!entry) throw new Error("An entry is missing.");
  const good = await readFile(file);
  const handle = await open(file, "r+");
  for (let at = 0; at < entry.length; at += 1) {
    await handle.write(Buffer.from([(good[at] ?? 0) ^ 0x10]), 0, 1, at);
    const read = await gathered(contentOf(file, entry)).catch(() => content);
    // What is around the content may be read in spite of it; the content is never another one.
    expect(read.equals(content)).toBe(true);
    expect(await hashOf(file)).not.toEqual(sealed);
    await handle.write(good, at, 1, at);
  }
  await handle.close();
}, 60_000);

test("a file that stands where another one should is seen, though it is whole", async () => {
  const writer = await ArchiveWriter.create(file);
  await writer.addText("orders/rows/public.event.000001", "1\n");
  await writer.addText("orders/rows/public.event.000002", "2\n");
  await writer.seal();
  const [first, second] = writer.entries;
  if (!first || !second) throw new Error("An entry is missing.");
  const exchanged = { ...first, at: second.at, length: second.length };
  await expect(gathered(contentOf(file, exchanged))).rejects.toThrow(/000001 in .* is damaged/);
});
