/** The services of the system, found by their manifests, in the order of their use. */
import { globSync } from "node:fs";
import type { Manifest } from "../lib/manifest.ts";

const found = globSync("*/*.manifest.ts", { cwd: import.meta.dirname }).map(
  async (file) => ((await import(`./${file}`)) as { default: Manifest }).default,
);
export const MANIFESTS: readonly Manifest[] = (await Promise.all(found)).sort(
  (a, b) => a.place - b.place || a.name.localeCompare(b.name),
);

/** Services with a database of their own. */
export const DOMAINS: readonly string[] = MANIFESTS.filter(({ database }) => database).map(
  ({ name }) => name,
);

/** Merges one field of all manifests. */
export const inAll = <K extends "permissions" | "rooms" | "counters" | "tags">(
  key: K,
): NonNullable<Manifest[K]> =>
  Object.assign({}, ...MANIFESTS.map((manifest) => manifest[key])) as NonNullable<Manifest[K]>;
