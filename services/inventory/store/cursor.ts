import { CursorInvalid, keyOf } from "../../../lib/page.ts";

const KINDS = {
  text: (part: unknown) => typeof part === "string",
  uuid: (part: unknown) =>
    typeof part === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(part),
  number: (part: unknown) => typeof part === "number",
  integer: (part: unknown) => Number.isSafeInteger(part),
};

/**
 * The sort key in a cursor, each part of its kind: a cursor of another list, or one made up, is
 * refused here and not by the database. @throws CursorInvalid (400)
 */
export function cursorKey(after: string | undefined, ...kinds: (keyof typeof KINDS)[]) {
  const key = keyOf(after, kinds.length);
  if (key && !kinds.every((kind, i) => KINDS[kind](key[i]))) throw CursorInvalid({});
  return key;
}
