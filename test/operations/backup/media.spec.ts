/** Pictures and files beside the databases. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { config } from "../../../config.ts";
import { makeBackup } from "../../../operations/backup/make.ts";
import { type Manifest, readManifest } from "../../../operations/backup/manifest.ts";
import { restoreMedia } from "../../../operations/backup/media.ts";
import { mediaFolder } from "../../../operations/backup/sources.ts";

const media = path.join(config.dataDir, "media");
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), "comptoir-media-"));
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
  await rm(config.dataDir, { recursive: true, force: true });
});

async function backup(): Promise<{ folder: string; manifest: Manifest }> {
  const folder = await makeBackup({
    sources: [],
    whole: true,
    into: dir,
    media: await mediaFolder(),
    way: "copy",
    say: () => undefined,
  });
  return { folder, manifest: await readManifest(folder) };
}

test("they come back as they were, and those of now are kept aside", async () => {
  await mkdir(path.join(media, "a", "é"), { recursive: true });
  await writeFile(path.join(media, "a", "é", "thé.jpg"), "tea");
  await writeFile(path.join(media, "empty"), "");
  const { folder, manifest } = await backup();
  expect(manifest.media).toEqual({ files: 2, bytes: 3 });
  await writeFile(path.join(media, "empty"), "no longer");
  const output: string[] = [];
  await restoreMedia(folder, manifest, (line) => output.push(line));
  expect(await readFile(path.join(media, "a", "é", "thé.jpg"), "utf8")).toBe("tea");
  expect(await readFile(path.join(media, "empty"), "utf8")).toBe("");
  const retained = (await readdir(config.dataDir)).find((name) => name.startsWith("media_before_"));
  expect(output.join()).toContain(retained);
});

test("where there are none, there is nothing to do", async () => {
  const { folder, manifest } = await backup();
  expect(manifest.media.files).toBe(0);
  await restoreMedia(folder, manifest, () => undefined);
  expect(await mediaFolder()).toBeUndefined();
});

test("a name that leads elsewhere is refused", async () => {
  await mkdir(media, { recursive: true });
  await writeFile(path.join(media, "a"), "a");
  const { folder, manifest } = await backup();
  const [entry] = manifest.entries.filter(({ name }) => name === "media/a");
  if (!entry) throw new Error("The file is not in the backup.");
  const odd = { ...manifest, entries: [{ ...entry, name: "media/../../stolen" }] };
  await expect(restoreMedia(folder, odd, () => undefined)).rejects.toThrow(/leads elsewhere/);
});
