/** Conditional requests (RFC 9110 §13), read from plain values. */
import type { Action } from "../lib/contract.ts";
import { failure } from "../lib/failure.ts";

export const PreconditionFailed = failure<{ given: string }>("PRECONDITION_FAILED", 412, {
  en: "If-Match names {given}, which is not a current version of this. Read it again and send the ETag that comes with it.",
  fr: "If-Match nomme {given}, qui n'est pas une version actuelle. Relisez la ressource et envoyez l'ETag qui l'accompagne.",
});

const ENTITY_TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;
/** Ours name the version first; those of other languages and encodings name the same one. */
const VERSION = /^"(\d{1,15})(?:-[\w-]+)?"$/;
const MAX_LENGTH = 2_000;

/** Returns no tags if the list contains anything else. */
function tagsIn(header: string): readonly string[] {
  if (header.length > MAX_LENGTH) return [];
  const isList = /^[\s,]*$/.test(header.replace(ENTITY_TAG, ""));
  return (isList && header.match(ENTITY_TAG)) || [];
}

/**
 * The version that `If-Match` says was seen, to be the parameter `version` of a change. Compared strongly:
 * a weak tag matches nothing. `*` is any version. What names no version of ours is refused, never dropped.
 * @throws PreconditionFailed (412)
 */
export function versionIn(
  { params }: Pick<Action, "params">,
  ifMatch: string | undefined,
): { version?: number } {
  if (ifMatch === undefined || ifMatch.trim() === "*") return {};
  // A version without quotation marks has always been taken.
  const tags = /^\d{1,15}$/.test(ifMatch.trim()) ? [`"${ifMatch.trim()}"`] : tagsIn(ifMatch);
  const versions = new Set(tags.flatMap((tag) => VERSION.exec(tag)?.[1] ?? []));
  const [version] = versions;
  if (version === undefined || versions.size > 1 || !params.version)
    throw PreconditionFailed({ given: ifMatch.slice(0, 100) });
  return { version: Number(version) };
}

/** Returns true if `If-None-Match` names this answer (304). The comparison is weak. */
export function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === "*") return true;
  return tagsIn(ifNoneMatch).some((tag) => tag.replace(/^W\//, "") === etag);
}
