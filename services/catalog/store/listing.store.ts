/** Lists and searches: one statement a page, reading only the projection on the product's row. */
import type { Language } from "../../../lib/failure.ts";
import type { Sql } from "../../../lib/sql.ts";
import type { ProductSummary, StockState } from "../contract/shapes.ts";
import { plain } from "../domain/spelling.ts";

export interface Filters {
  readonly q?: string | undefined;
  readonly category?: string | undefined;
  readonly minMinor?: number | undefined;
  readonly maxMinor?: number | undefined;
  readonly vendor?: string | undefined;
  readonly tag?: string | undefined;
  readonly type?: ProductSummary["type"] | undefined;
  readonly inStock?: boolean | undefined;
}
export type Sort = "relevance" | "name" | "price" | "-price" | "newest";
export interface ListedRow {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  readonly description: string;
  readonly price_minor: number;
  readonly compare_at_minor: number | null;
  readonly currency: string;
  readonly stock_state: StockState;
  readonly vendor: string | null;
  readonly type: ProductSummary["type"];
  readonly tags: string[];
  readonly image: string | null;
  readonly first_variant_id: string;
  readonly categories: string[];
  readonly sort_key: string | number;
}

/**
 * Words in either language, whatever their ending and accents; a part of the name or SKU; or words
 * that are nearly so. `$1` is what was typed, `$2` the same as a pattern for a part.
 */
const FOUND = `($1::text is null or p.search_fr @@ websearch_to_tsquery('catalog_fr', $1)
    or p.search_en @@ websearch_to_tsquery('catalog_en', $1)
    or p.search_words like $2 or plain($1) <% p.search_words)`;
const FILTERED = `p.status = 'active' and p.first_variant_id is not null and ${FOUND}
  and ($3::text is null or p.id in (
    with recursive below as (
      select id from category where slug = $3
      union select c.id from category c join below b on c.parent_id = b.id
    ) select pc.product_id from product_category pc join below b on b.id = pc.category_id))
  and ($4::bigint is null or p.price_minor >= $4) and ($5::bigint is null or p.price_minor <= $5)
  and ($6::text is null or p.vendor = $6) and ($7::text is null or p.tags @> array[$7::text])
  and ($8::text is null or p.type = $8) and (not $9::boolean or p.stock_state <> 'out')`;

const SCORE = `round((ts_rank(p.search_fr, websearch_to_tsquery('catalog_fr', $1))
    + ts_rank(p.search_en, websearch_to_tsquery('catalog_en', $1))
    + word_similarity(plain($1), p.search_words)
    + case when p.search_words like $2 then 0.2 else 0 end)::numeric, 5)::float8`;

/** The column by which each order sorts before the id, its type, and the direction. */
const ORDERS: Record<Sort, (language: Language) => readonly [string, string, ">" | "<"]> = {
  relevance: () => [SCORE, "float8", "<"],
  name: (language) => [`plain(p.title_${language})`, "text", ">"],
  price: () => ["p.price_minor", "bigint", ">"],
  "-price": () => ["p.price_minor", "bigint", "<"],
  newest: () => ["0", "int", "<"],
};

function statement(sort: Sort, language: Language): string {
  const [key, type, way] = ORDERS[sort](language);
  const order = way === ">" ? "asc" : "desc";
  const after =
    sort === "newest"
      ? `($11::uuid is null or ($10::bigint = 0 and p.id < $11))`
      : `($11::uuid is null or (${key}, p.id) ${way} ($10::${type}, $11))`;
  const sorted = sort === "newest" ? "p.id desc" : `${key} ${order}, p.id ${order}`;
  return `select p.id, p.handle, p.title_${language} as name, p.summary_${language} as description,
      p.price_minor, p.compare_at_minor, p.currency, p.stock_state, p.vendor, p.type, p.tags,
      p.images -> 0 ->> 'url' as image, p.first_variant_id, ${key} as sort_key,
      array(select c.slug from product_category pc join category c on c.id = pc.category_id
        where pc.product_id = p.id order by pc.position) as categories
    from product p where ${FILTERED} and ${after} order by ${sorted} limit $12`;
}
const SORTS = ["relevance", "name", "price", "-price", "newest"] as const;
const STATEMENTS = new Map(
  SORTS.flatMap((sort) =>
    (["fr", "en"] as const).map((language) => [`${sort} ${language}`, statement(sort, language)]),
  ),
);

/** Reads one row more than `limit`, which shows whether there is a next page. */
export const listProducts = (
  sql: Sql,
  filters: Filters,
  page: {
    sort: Sort;
    language: Language;
    limit: number;
    after?: readonly [string | number, string] | undefined;
  },
): Promise<ListedRow[]> =>
  sql.rows(STATEMENTS.get(`${page.sort} ${page.language}`) ?? "", [
    ...valuesOf(filters),
    page.after?.[0] ?? null,
    page.after?.[1] ?? null,
    page.limit + 1,
  ]);

const valuesOf = (filters: Filters) => [
  filters.q ?? null,
  filters.q === undefined ? null : patternOf(filters.q),
  filters.category ?? null,
  filters.minMinor ?? null,
  filters.maxMinor ?? null,
  filters.vendor ?? null,
  filters.tag ?? null,
  filters.type ?? null,
  filters.inStock ?? false,
];

/** `%` and `_` are taken literally. */
function patternOf(words: string, { start = "%" } = {}): string {
  return `${start}${plain(words).replaceAll(/[\\%_]/g, "\\$&")}%`;
}

export interface FacetRow {
  readonly total: number;
  readonly kind: "category" | "vendor" | "type" | null;
  readonly value: string | null;
  readonly name: string | null;
  readonly count: number;
}
const facetStatement = (language: Language) => `with found as (
    select p.id, p.vendor, p.type from product p where ${FILTERED}
  ), counted as (
    select 'vendor' as kind, vendor as value, vendor as name, count(*) as count from found
    where vendor is not null group by vendor
    union all select 'type', type, type, count(*) from found group by type
    union all select 'category', c.slug, c.title_${language}, count(*)
    from found f join product_category pc on pc.product_id = f.id
      join category c on c.id = pc.category_id group by c.id
  ), ranked as (
    select *, row_number() over (partition by kind order by count desc, value) as place from counted
  )
  select (select count(*) from found) as total, r.kind, r.value, r.name, coalesce(r.count, 0) as count
  from (select 1) one left join ranked r on r.place <= 50 order by r.kind, r.place`;
const FACETS = { fr: facetStatement("fr"), en: facetStatement("en") };

/** Counts the results in all, and by category, vendor and type; returns one row at least. */
export const countFacets = (sql: Sql, filters: Filters, language: Language): Promise<FacetRow[]> =>
  sql.rows(FACETS[language], valuesOf(filters));

const suggestStatement = (language: Language) => `(
    select 'category' as kind, c.title_${language} as text, c.slug as handle from category c
    where plain(c.title_${language}) like $2 or plain($1) <% plain(c.title_${language})
    order by plain(c.title_${language}) like $3 desc, c.title_${language} limit 5
  ) union all (
    select 'product', p.title_${language}, p.handle from product p
    where p.status = 'active' and p.first_variant_id is not null
      and (p.search_words like $2 or plain($1) <% p.search_words)
    order by plain(p.title_${language}) like $3 desc, p.search_words like $2 desc,
      word_similarity(plain($1), p.search_words) desc, p.id limit $4)`;
const SUGGESTIONS = { fr: suggestStatement("fr"), en: suggestStatement("en") };

export const suggest = (
  sql: Sql,
  { q, limit, language }: { q: string; limit: number; language: Language },
): Promise<{ kind: "product" | "category"; text: string; handle: string }[]> =>
  sql.rows(SUGGESTIONS[language], [q, patternOf(q), patternOf(q, { start: "" }), limit]);
