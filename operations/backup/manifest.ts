/** What a backup says of itself: what is in it, and by which hashes that can be checked. */
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import type { Entry, Sealed } from "./archive.ts";
import { hashOf } from "./unpack.ts";
import type { Extension } from "./catalog.ts";

export const MANIFEST = "manifest.json";
export const ARCHIVE = "comptoir.tar.gz";
/** As `sha256sum -c` reads it. */
export const SUMS = "SHA256SUMS";
const FORMAT = 1;

export interface DatabaseManifest {
  readonly service: string;
  readonly database: string;
  /** Version of the server, as 180004. */
  readonly server: number;
  /** By which program its content was written, and must be read. */
  readonly kind: "copy" | "pg_dump";
  /** Of pg_dump, as 18; only what is as new reads it. */
  readonly tool?: number;
  /** Who owns the tables. */
  readonly owner: string;
  readonly extensions: readonly Extension[];
  /** Names of those that were applied: the version of the schema. */
  readonly migrations: readonly string[];
  /** Of the schema as the server describes it. */
  readonly fingerprint: string;
  readonly rows: Readonly<Record<string, number>>;
  /** Position of the last event that was numbered. */
  readonly head: number;
  /** Up to where it has heard others, by their names. */
  readonly cursors: Readonly<Record<string, number>>;
}
export interface Manifest {
  readonly product: "comptoir";
  readonly format: number;
  /** Of the program that made it. */
  readonly version: string;
  /** The moment at which all databases were as they are in it. */
  readonly at: string;
  /** How long nobody could write. */
  readonly pausedMs: number;
  /** Whether it is of all services that there were. */
  readonly whole: boolean;
  readonly databases: readonly DatabaseManifest[];
  readonly media: { readonly files: number; readonly bytes: number };
  readonly entries: readonly Entry[];
  readonly archive: Sealed;
}

export const formatted = (manifest: Omit<Manifest, "product" | "format">): string =>
  `${JSON.stringify({ product: "comptoir", format: FORMAT, ...manifest }, undefined, 1)}\n`;

/** @throws Error with a sentence when it is no backup, or one of a program that is newer */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(path.join(folder, MANIFEST), "utf8").catch(() => {
    throw new Error(`There is no backup in ${folder}: it has no ${MANIFEST}.`);
  });
  const manifest = parsed(text);
  if (manifest?.product !== "comptoir" || !Array.isArray(manifest.entries))
    throw new Error(`${MANIFEST} in ${folder} is damaged. Take another backup.`);
  if (manifest.format > FORMAT)
    throw new Error(
      `The backup in ${folder} was made by version ${manifest.version}, which is newer than this ` +
        "program. Restore it with that version.",
    );
  return manifest;
}

function parsed(text: string): Manifest | undefined {
  try {
    return JSON.parse(text) as Manifest;
  } catch {
    return undefined;
  }
}

export function sumsOf(manifest: string, { sha256 }: Sealed): string {
  const ofManifest = createHash("sha256").update(manifest).digest("hex");
  return `${sha256}  ${ARCHIVE}\n${ofManifest}  ${MANIFEST}\n`;
}

/** Reads all of it again. @throws Error that names the file that is not as it was written */
export async function checkHashes(folder: string, manifest: Manifest): Promise<void> {
  const sums = await readFile(path.join(folder, SUMS), "utf8").catch(() => "");
  const damaged = (file: string) =>
    new Error(`${file} in ${folder} is damaged: its hash is another one. Take another backup.`);
  const ofManifest = await hashOf(path.join(folder, MANIFEST));
  if (!sums.includes(`${ofManifest.sha256}  ${MANIFEST}`)) throw damaged(MANIFEST);
  const archive = path.join(folder, ARCHIVE);
  const { size } = await stat(archive).catch(() => ({ size: -1 }));
  const sealed = size === manifest.archive.bytes ? await hashOf(archive) : undefined;
  if (sealed?.sha256 !== manifest.archive.sha256) throw damaged(ARCHIVE);
}

export function entryOf(manifest: Manifest, name: string): Entry {
  const found = manifest.entries.find((entry) => entry.name === name);
  if (!found) throw new Error(`The backup has no ${name}. Take another backup.`);
  return found;
}
