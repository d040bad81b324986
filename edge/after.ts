/** Prepares an answer before it is sent, for every protocol. */
import type { Action } from "../lib/contract.ts";
import { Representation } from "./representation.ts";

/** Returns the Cache-Control header of an answer. */
export function cacheControlOf({ cache }: Pick<Action, "cache">): string {
  return cache?.shared ? `public, max-age=${Math.min(cache.seconds, 10)}` : "no-store";
}

/** The answer as JSON, with the version that it names, if it is one that can be named so. */
export function representationOf(answer: unknown): Representation {
  const version = (answer as { version?: unknown } | null)?.version;
  return new Representation(
    JSON.stringify(answer),
    Number.isSafeInteger(version) ? (version as number) : undefined,
  );
}

/** Returns the tags of a cacheable answer. */
export const tagsOf = (
  { cache }: Pick<Action, "cache">,
  params: Record<string, unknown>,
  answer: unknown,
) => cache?.tags?.(params, answer) ?? [];
