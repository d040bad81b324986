/** The folder of all backups: nothing half-written looks like one, and old ones go. */
import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  type Backup,
  backupsIn,
  nameOf,
  newBackup,
  removeOld,
} from "../../../operations/backup/folder.ts";
import { ARCHIVE, formatted, MANIFEST } from "../../../operations/backup/manifest.ts";

const DAY_MS = 86_400_000;
const NOW = new Date("2026-03-31T12:00:00.000Z");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "comptoir-folder-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const manifestAt = (at: Date, bytes = 3): string =>
  formatted({
    version: "0.1.0",
    at: at.toISOString(),
    pausedMs: 1,
    whole: true,
    databases: [],
    media: { files: 0, bytes: 0 },
    entries: [],
    archive: { bytes, sha256: "" },
  });

const make = (at: Date, archive = "abc"): Promise<string> =>
  newBackup(folder, async (unfinished) => {
    await writeFile(path.join(unfinished, ARCHIVE), archive);
    await writeFile(path.join(unfinished, MANIFEST), manifestAt(at));
    return at;
  });
const daysAgo = (days: number) => new Date(NOW.getTime() - days * DAY_MS);
const names = async () => (await backupsIn(folder)).map(({ name }) => name);

test("a backup is called after its moment, and only its owner looks into it", async () => {
  const made = await make(new Date("2025-09-22T13:50:38.999Z"));
  expect(made).toBe(path.join(folder, "20250922_135038"));
  expect((await stat(made)).mode & 0o777).toBe(0o700);
  expect(await readdir(folder)).toEqual(["20250922_135038"]);
});

test("two of the same second are two", async () => {
  const made = await Promise.all([make(NOW), make(NOW), make(NOW)]);
  expect(new Set(made).size).toBe(3);
  expect(await names()).toHaveLength(3);
});

test("one that fails leaves nothing", async () => {
  const failing = newBackup(folder, async (unfinished) => {
    await writeFile(path.join(unfinished, ARCHIVE), "half");
    throw new Error("The disk is full.");
  });
  await expect(failing).rejects.toThrow("The disk is full.");
  expect(await readdir(folder)).toEqual([]);
});

test("what a killed one has left is no backup, and goes with the next", async () => {
  await mkdir(path.join(folder, ".unfinished-2147483646-1"));
  await writeFile(path.join(folder, "notes.txt"), "keep");
  expect(await names()).toEqual([]);
  await make(NOW);
  expect((await readdir(folder)).sort()).toEqual([nameOf(NOW), "notes.txt"]);
});

test("in a container, what a killed one of our number has left goes when nothing is written there", async () => {
  const left = path.join(folder, `.unfinished-${process.pid}-left`);
  const atWork = path.join(folder, `.unfinished-${process.pid}-work`);
  const longAgo = new Date(Date.now() - 2 * 3_600_000);
  for (const one of [left, atWork]) {
    await mkdir(one);
    await writeFile(path.join(one, ARCHIVE), "half");
    await utimes(one, longAgo, longAgo);
  }
  await utimes(path.join(left, ARCHIVE), longAgo, longAgo);
  await make(NOW);
  expect((await readdir(folder)).sort()).toEqual([path.basename(atWork), nameOf(NOW)]);
});

test("one whose archive is not whole is told of, and never counts", async () => {
  await make(daysAgo(1));
  await make(NOW, "ab");
  const all = await backupsIn(folder);
  expect(all.map(({ problem }) => problem)).toEqual([undefined, `${ARCHIVE} is not whole`]);
  expect(await removeOld(folder, { keep: 1, now: NOW })).toEqual([]);
  expect(await names()).toHaveLength(2);
});

test("the newest are kept", async () => {
  for (const days of [3, 1, 4, 0, 2]) await make(daysAgo(days));
  expect(await removeOld(folder, { keep: 2, now: NOW })).toHaveLength(3);
  expect(await names()).toEqual([nameOf(daysAgo(1)), nameOf(NOW)]);
});

test("none older than so many days is kept, but for the newest", async () => {
  for (const days of [40, 20, 10]) await make(daysAgo(days));
  await removeOld(folder, { keep: 14, days: 15, now: NOW });
  expect(await names()).toEqual([nameOf(daysAgo(10))]);
  await removeOld(folder, { keep: 14, days: 5, now: NOW });
  expect(await names()).toEqual([nameOf(daysAgo(10))]);
});

test("where only good ones count, those that are not neither count nor go", async () => {
  for (const days of [3, 2, 1]) await make(daysAgo(days));
  const isGood = ({ name }: Backup) => name !== nameOf(daysAgo(1));
  await removeOld(folder, { keep: 1, now: NOW }, isGood);
  expect(await names()).toEqual([nameOf(daysAgo(2)), nameOf(daysAgo(1))]);
});
