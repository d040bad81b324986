/** Tells whether a product is the one that was imported before. */
import { hash } from "node:crypto";
import type { ImportedProduct } from "./imported.ts";

/**
 * SHA-256 in hexadecimal over what the product is: equal for the same content wherever it stands in
 * whichever file (lines do not count), however its object was put together, and whatever the order
 * of its tags. Compare it with the one stored at the last import: if equal, there is nothing to do.
 */
export function fingerprint(product: ImportedProduct): string {
  const content = { ...product, tags: product.tags.toSorted() };
  return fingerprintOf(content);
}

/** The same over any JSON: the order of its keys does not count, nor what is named `line`. */
export const fingerprintOf = (content: object): string =>
  hash("sha256", JSON.stringify(canonical(content)));

/** Keys in order, lines left out, fields that are absent and undefined alike. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).filter(([key]) => key !== "line");
  return Object.fromEntries(
    fields
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, field]) => [key, canonical(field)]),
  );
}
