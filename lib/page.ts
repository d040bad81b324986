/**
 * Lists are read page by page with a cursor: the sort key of the last row, so that rows that come
 * and go meanwhile neither repeat nor hide others, and page 1,000 costs what page 1 costs.
 */
import { requestContext } from "./request-context.ts";
import { DEFAULT_MAX_MESSAGE_BYTES, jsonBytes } from "./bus-limits.ts";
import { failure } from "./failure.ts";
import { isMoment } from "./moment.ts";

export const CursorInvalid = failure("CURSOR_INVALID", 400, {
  en: "The cursor in `after` is not one of ours. Start again without it.",
  fr: "Le curseur `after` n'est pas l'un des nôtres. Recommencez sans lui.",
});

type Key = readonly (string | number)[];
export const DEFAULT_LIMIT = 20;

export const cursorOf = (key: Key): string =>
  Buffer.from(JSON.stringify(key)).toString("base64url");

/** The types that a part of a sort key can have. */
const KINDS = {
  text: (part: unknown): part is string =>
    typeof part === "string" && part.length < 300 && part.isWellFormed() && !part.includes("\0"),
  uuid: (part: unknown): part is string =>
    typeof part === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(part),
  instant: (part: unknown): part is string => typeof part === "string" && isMoment(part),
  number: (part: unknown): part is number => typeof part === "number" && Number.isFinite(part),
  integer: (part: unknown): part is number => Number.isSafeInteger(part),
};
type Kind = keyof typeof KINDS;
type PartOf<K extends Kind> = K extends "number" | "integer" ? number : string;
type KeyOf<K extends readonly Kind[]> = { readonly [I in keyof K]: PartOf<K[I]> };

/**
 * The sort key in a cursor, each part of its kind. A cursor of another list, or one that was made up,
 * is refused here and not by the database. @throws CursorInvalid (400)
 */
export function keyOf<const K extends readonly Kind[]>(
  cursor: string | undefined,
  ...kinds: K
): KeyOf<K> | undefined {
  if (cursor === undefined) return undefined;
  const key = parsed(cursor);
  const fits =
    Array.isArray(key) &&
    key.length === kinds.length &&
    kinds.every((kind, i) => KINDS[kind](key[i]));
  if (fits) return key as unknown as KeyOf<K>;
  throw CursorInvalid({});
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}

/** The rest of an answer is for what it has besides the items of its page: a total, facets. */
export const ITEMS_SHARE = 0.5;

/**
 * The first of `items` that fit into one answer together, at least one. The rest is for another page.
 * Lists that are cut so are marked in their contracts: `cutToFit()` in lib/shape.ts.
 */
export function fitting<T>(items: readonly T[]): T[] {
  const maxBytes = (requestContext().maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES) * ITEMS_SHARE;
  if (jsonBytes(items) <= maxBytes) return [...items];
  let bytes = 0;
  const first = items.findIndex((item) => (bytes += jsonBytes(item) + 1) > maxBytes);
  return items.slice(0, Math.max(1, first));
}

/**
 * Builds a page from `limit + 1` rows: the extra row means that there is a next page. It ends
 * earlier where its items exceed the bytes of one answer.
 */
export function pageOf<R, T>(
  rows: readonly R[],
  limit: number,
  { key, item }: { key: (row: R) => Key; item: (row: R) => T },
): { items: T[]; next?: string } {
  const items = fitting(rows.slice(0, limit).map(item));
  const last = rows[items.length - 1];
  return {
    items,
    ...(rows.length > items.length && last !== undefined && { next: cursorOf(key(last)) }),
  };
}
