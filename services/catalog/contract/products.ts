/** Public queries of the catalogue: lists, pages, search. */
import { query } from "../../../lib/contract.ts";
import { CursorInvalid } from "../../../lib/page.ts";
import {
  nextPage,
  cutList,
  decimal,
  boolean,
  type Infer,
  integer,
  list,
  object,
  oneOf,
  optional,
  paging,
  text,
  describe,
  shape,
} from "../../../lib/shape.ts";
import { indexTags, listTags, pageTags } from "./cache.ts";
import { ProductNotFound } from "./failures.ts";
import { Category, Product, ProductSummary, ProductType, slug } from "./shapes.ts";

const filters = {
  q: describe("Words, a SKU; misspellings are tolerated.", optional(text({ max: 200 }))),
  category: describe("A category's slug; those below it are included.", optional(text())),
  minPrice: describe("At least this price, as a decimal.", optional(decimal({ min: 0 }))),
  maxPrice: describe("At most this price, as a decimal.", optional(decimal({ min: 0 }))),
  vendor: describe("Only of this maker.", optional(text())),
  tag: describe("Only with this tag.", optional(text())),
  type: optional(ProductType),
  inStock: describe("True lists only products in stock.", optional(boolean())),
};
const sort = describe(
  "By what; with `-`, descending. By relevance if `q` is given.",
  optional(oneOf("relevance", "name", "price", "-price", "newest")),
);
const found = {
  products: describe("Number of products in it and below.", cutList(ProductSummary)),
  next: nextPage,
  corrected: describe("The text that was searched for instead of `q`.", optional(text())),
};
const FILTER_KEYS = [...Object.keys(filters), "sort", "limit", "after", "#language"];
const tag = "catalog";

export const ListProducts = query("catalog.list", {
  summary: "List what is sold: filtered, sorted, page by page.",
  rest: ["GET /products", "GET /inventory/products"],
  allow: "public",
  params: { ...filters, sort, ...paging },
  returns: object(found),
  cache: { keys: FILTER_KEYS, seconds: 30, shared: true, tags: listTags },
  failures: [CursorInvalid],
  tag,
});

export const GetProduct = query("catalog.get", {
  summary: "Show a product with its variants, by its id or its handle.",
  rest: ["GET /products/:productId", "GET /inventory/products/:productId"],
  allow: "public",
  params: { productId: text({ description: "The product's id or handle." }) },
  returns: Product,
  cache: { keys: ["productId", "#language"], seconds: 30, shared: true, tags: pageTags },
  failures: [ProductNotFound],
  tag,
});

const Facet = shape(
  "Facet",
  {
    value: describe("The value to filter by.", text()),
    name: describe("Name of the value in the caller's language.", text()),
    count: describe("Number of results with this value.", integer({ min: 1 })),
  },
  "A value by which a search can be narrowed, and how many products have it.",
);
const CategoryFacet = shape(
  "CategoryFacet",
  { ...Facet.properties, value: slug() },
  "A category by which a search can be narrowed, and how many products are in it.",
);
export type Facet = Infer<typeof Facet>;
export const Search = query("catalog.search", {
  summary: "Search what is sold, with counts by category, vendor and type.",
  description:
    "Facets count all that was found, not only the page; at most 50 of each, the most frequent first.",
  rest: "GET /search",
  allow: "public",
  params: { ...filters, sort, ...paging },
  returns: object({
    ...found,
    total: describe("Number of results on all pages.", integer({ min: 0 })),
    facets: describe(
      "By what the search can be narrowed.",
      object({
        category: describe("By category.", list(CategoryFacet, { max: 50 })),
        vendor: describe("By maker.", list(Facet, { max: 50 })),
        type: describe("By type.", list(Facet, { max: 3 })),
      }),
    ),
  }),
  cache: { keys: FILTER_KEYS, seconds: 30, shared: true, tags: listTags },
  failures: [CursorInvalid],
  tag,
});

export const SuggestProducts = query("catalog.suggest", {
  summary: "Suggest products and categories while somebody types.",
  rest: "GET /search/suggest",
  allow: "public",
  params: {
    q: describe("Words or parts of words to look for.", text({ max: 100 })),
    limit: describe("How many at most.", optional(integer({ min: 1, max: 20 }))),
  },
  returns: object({
    suggestions: describe(
      "What may be meant, the best first.",
      list(
        object({
          kind: describe("The kind of thing that is suggested.", oneOf("product", "category")),
          text: describe("What to show.", text()),
          handle: describe("The handle or the slug.", text()),
        }),
        { max: 40 },
      ),
    ),
  }),
  cache: { keys: ["q", "limit", "#language"], seconds: 30, shared: true, tags: indexTags },
  tag,
});

export const ListCategories = query("catalog.categories", {
  summary:
    "List all categories, each after its parent, with how many products are in it and below.",
  rest: ["GET /categories", "GET /inventory/categories"],
  allow: "public",
  params: { after: paging.after },
  returns: object({
    categories: describe(
      "All of them, each after its parent.",
      cutList(
        object({
          ...Category.properties,
          depth: describe("0 for those at the top.", integer({ min: 0 })),
          products: describe("Number of products in it and below.", integer({ min: 0 })),
        }),
        { max: 5_000 },
      ),
    ),
    next: describe("Cursor; absent where all fit into one answer.", optional(text({ max: 512 }))),
  }),
  cache: { keys: ["after", "#language"], seconds: 60, shared: true, tags: indexTags },
  failures: [CursorInvalid],
  tag,
});
