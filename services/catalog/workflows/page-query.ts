/** Converts parameters to a query of the catalogue: filters, order and page. */
import type { Params } from "../../../lib/contract.ts";
import type { Language } from "../../../lib/failure.ts";
import { exponentOf } from "../../../lib/money.ts";
import { keyOf } from "../../../lib/page.ts";
import type { ListProducts } from "../contract/products.ts";
import type { Filters, Sort } from "../store/listing.store.ts";

type Wanted = Params<typeof ListProducts>;
/** Beyond any price. */
const MOST = 9_000_000_000_000_000;

export const languageOf = (asked: Language | undefined, otherwise: Language): Language =>
  asked ?? otherwise;

/** Without a search text there is no relevance, so the newest come first. */
export function wantedPage(
  wanted: Wanted,
  currency: string,
): { filters: Filters; sort: Sort; after: readonly [string | number, string] | undefined } {
  const q = wanted.q?.trim() || undefined;
  const asked = wanted.sort ?? (q === undefined ? "newest" : "relevance");
  const sort = asked === "relevance" && q === undefined ? "newest" : asked;
  const minor = (amount: number) => Math.min(MOST, amount * 10 ** exponentOf(currency));
  const filters = {
    q,
    category: wanted.category,
    // A bound between two amounts leaves out the one outside; 0.1 + 0.2 must not leave out 0.30.
    minMinor: wanted.minPrice === undefined ? undefined : Math.ceil(minor(wanted.minPrice) - 1e-6),
    maxMinor: wanted.maxPrice === undefined ? undefined : Math.floor(minor(wanted.maxPrice) + 1e-6),
    vendor: wanted.vendor,
    tag: wanted.tag,
    type: wanted.type,
    inStock: wanted.inStock,
  };
  return { filters, sort, after: positionOf(wanted.after, sort) };
}

/** @throws CursorInvalid (400), also for a cursor of another order */
function positionOf(
  cursor: string | undefined,
  sort: Sort,
): readonly [string | number, string] | undefined {
  if (sort === "name") return keyOf(cursor, "text", "uuid");
  return keyOf(cursor, sort === "relevance" ? "number" : "integer", "uuid");
}
