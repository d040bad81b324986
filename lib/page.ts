/**
 * Lists are read page by page with a cursor: the sort key of the last row, so that rows that come
 * and go meanwhile neither repeat nor hide others, and page 1,000 costs what page 1 costs.
 */
import { failure } from "./failure.ts";

export const CursorInvalid = failure("CURSOR_INVALID", 400, {
  en: "The cursor in `after` is not one of ours. Start again without it.",
  fr: "Le curseur `after` n'est pas l'un des nôtres. Recommencez sans lui.",
});

type Key = readonly (string | number | null)[];
export const DEFAULT_LIMIT = 20;

export const cursorOf = (key: Key): string =>
  Buffer.from(JSON.stringify(key)).toString("base64url");

/** The sort key in a cursor of `length` parts. @throws CursorInvalid (400) */
export function keyOf(cursor: string | undefined, length: number): Key | undefined {
  if (cursor === undefined) return undefined;
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    if (Array.isArray(key) && key.length === length && key.every(isPart)) return key;
  } catch {
    // Whatever it was, it was not made here.
  }
  throw CursorInvalid({});
}

const isPart = (part: unknown) =>
  part === null ||
  (typeof part === "number" && Number.isFinite(part)) ||
  (typeof part === "string" && part.length < 300 && part.isWellFormed() && !part.includes("\0"));

/** A page out of `limit + 1` rows: the one too many tells that there is a next page. */
export function pageOf<R, T>(
  rows: readonly R[],
  limit: number,
  { key, item }: { key: (row: R) => Key; item: (row: R) => T },
): { items: T[]; next?: string } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(item),
    ...(rows.length > limit && last !== undefined && { next: cursorOf(key(last)) }),
  };
}
