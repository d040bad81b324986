import { KeyInvalid, MAX_KEY } from "../lib/idempotency.ts";

/** A key as we keep it: printable ASCII without spaces. @throws KeyInvalid (400) */
export function checkedKey(key: string | readonly string[]): string {
  if (typeof key === "string" && key.length <= MAX_KEY && /^[\x21-\x7e]+$/.test(key)) return key;
  throw KeyInvalid({ max: MAX_KEY });
}
