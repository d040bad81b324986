/** Queries of quantities: at each store, over all stores, and for shoppers. */
import { VariantNotFound } from "../../catalog/catalog.contract.ts";
import { command, event, failure, query } from "../../../lib/contract.ts";
import {
  boolean,
  id,
  type Infer,
  integer,
  list,
  object,
  oneOf,
  optional,
  page,
  paging,
  text,
  shape,
  describe,
} from "../../../lib/shape.ts";
import { StoreClosed, StoreNotFound } from "./store.ts";

const count = () => integer({ min: 0 });
export const StockState = describe(
  "Whether it can be had now; low is three or fewer.",
  oneOf("in_stock", "low", "out"),
);

export const StockLevel = shape(
  "StockLevel",
  {
    storeId: id({ of: "store" }),
    storeCode: describe("The store's code.", text({ max: 32 })),
    variantId: id({ of: "variant" }),
    sku: describe("Stock keeping unit: the merchant's own code.", text({ max: 64 })),
    onHand: describe("Pieces at the store, reserved ones included.", integer()),
    reserved: describe("Pieces reserved for orders.", count()),
    available: describe("Pieces to sell: on hand less reserved, at least 0.", count()),
    state: StockState,
  },
  "How many of a variant there are at one store.",
);
export type StockLevel = Infer<typeof StockLevel>;

/** Why stock is adjusted. `correction` goes either way; each other one only in its own. */
export const AdjustReason = oneOf(
  "received",
  "supplier_return",
  "damaged",
  "lost",
  "stolen",
  "expired",
  "found",
  "correction",
);
export type AdjustReason = Infer<typeof AdjustReason>;

export const NotEnoughStock = failure<{ variantId: string; available: number }>(
  "NOT_ENOUGH_STOCK",
  409,
  {
    en: "Only {available} of this are free at the store. Take fewer, or release what is held first.",
    fr: "Seuls {available} sont disponibles dans ce magasin. Prenez-en moins, ou libérez d'abord ce qui est réservé.",
  },
);
export const NotStocked = failure<{ variantId: string }>("NOT_STOCKED", 422, {
  en: "No stock is kept of this variant. Choose one that is a thing.",
  fr: "Aucun stock n'est tenu pour cette variante. Choisissez un article stocké.",
});
export const AdjustmentInvalid = failure<{ reason: string }>("ADJUSTMENT_INVALID", 422, {
  en: "A change by this reason goes the other way, and is not zero. Correct the number or the reason.",
  fr: "Un changement pour ce motif va dans l'autre sens, et n'est pas nul. Corrigez le nombre ou le motif.",
});

const tag = "stock";
export const AdjustStock = command("inventory.adjust", {
  summary: "Correct how many there are at a store, with the reason.",
  rest: "POST /stocks/adjust",
  allow: "stock.adjust",
  access: { store: "storeId", refusal: ({ storeId }) => StoreNotFound({ storeId }) },
  params: {
    storeId: id({ of: "store" }),
    variantId: id({ of: "variant" }),
    change: integer({
      min: -1_000_000,
      max: 1_000_000,
      description: "Pieces to add, or to remove if negative.",
    }),
    reason: describe("`correction` goes either way, each other one only in its own.", AdjustReason),
    note: describe("Reason in the person's words.", optional(text({ max: 500 }))),
  },
  returns: StockLevel,
  idempotency: "key",
  failures: [
    StoreNotFound,
    StoreClosed,
    VariantNotFound,
    NotStocked,
    NotEnoughStock,
    AdjustmentInvalid,
  ],
  tag,
});
export const ListStocks = query("inventory.stocks", {
  summary: "List how many there are of each variant at each store that you may see.",
  rest: ["GET /stocks", "GET /stores/:storeId/stocks"],
  allow: "stock.read",
  access: { store: "storeId", refusal: ({ storeId = "" }) => StoreNotFound({ storeId }) },
  params: {
    ...paging,
    storeId: optional(id({ of: "store" })),
    variantId: optional(id({ of: "variant" })),
    low: describe("True lists only variants with low or no stock.", optional(boolean())),
  },
  returns: page(StockLevel),
  failures: [StoreNotFound],
  tag,
});

const VariantStock = shape(
  "VariantStock",
  {
    variantId: id({ of: "variant" }),
    sku: describe("Stock keeping unit: the merchant's own code.", text({ max: 64 })),
    onHand: describe("Pieces at the store, reserved ones included.", integer()),
    reserved: describe("Pieces reserved for orders.", count()),
    available: describe("Pieces to sell: on hand less reserved, at least 0.", count()),
    inTransit: describe("Pieces sent by a transfer and not yet received.", count()),
    state: StockState,
  },
  "How many of a variant there are over all stores.",
);
export type VariantStock = Infer<typeof VariantStock>;
export const GlobalStock = query("inventory.stock", {
  summary: "List how many there are of each variant over all the stores that you may see.",
  rest: "GET /inventory/stock",
  allow: "stock.read",
  access: "visible",
  params: {
    ...paging,
    variantId: optional(id({ of: "variant" })),
    low: describe("True lists only variants with low or no stock.", optional(boolean())),
  },
  returns: page(VariantStock),
  tag,
});

export const GetLevels = query("inventory.levels", {
  summary: "Tell how many there are at the store whose stock files speak of.",
  description:
    "For files that know one number a variant, as Shopify's do: how many are at the store into which such a number is put, which is the first that ships web orders; while there is none, how many wait for it.\n\nOn hand, what is held for orders included, because that is what a file's number sets when it is imported (never below what is held). Were it what is available, then a file given out and taken in again would take away what is held; and it would change with every checkout that is begun, not only with pieces that come or go. Below zero while more was handed out than the books knew of.\n\nLeft out is what no stock is kept of, and what inventory has not heard of yet.",
  allow: "internal",
  params: { variantIds: list(id({ of: "variant" }), { min: 1, max: 500 }) },
  returns: object({
    storeCode: describe("Of that store, if there is one.", optional(text({ max: 32 }))),
    levels: describe(
      "How many there are of each.",
      list(
        object({
          variantId: id({ of: "variant" }),
          onHand: describe("Pieces at the store, reserved ones included.", integer()),
        }),
        { max: 500 },
      ),
    ),
    catalogPosition: describe(
      "The position in the catalogue's feed up to which these numbers know what it told.",
      count(),
    ),
  }),
});

/** Shoppers learn no exact number above 10. */
const few = () => integer({ min: 0, max: 10, description: "10 means ten or more." });
const Availability = shape(
  "Availability",
  {
    variantId: id({ of: "variant" }),
    state: StockState,
    available: few(),
    stores: describe(
      "Where it can be collected now: of 100 variants the first 50 stores of each, of fewer more.",
      list(object({ storeId: id({ of: "store" }), state: StockState, available: few() }), {
        max: 2_000,
      }),
    ),
  },
  "Whether a variant can be had, and where it can be collected.",
);
export type Availability = Infer<typeof Availability>;
const UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
export const GetAvailability = query("inventory.availability", {
  summary: "Tell whether variants can be had, and where they can be collected.",
  rest: "GET /availability",
  allow: "public",
  params: {
    variantIds: text({
      max: 3_700,
      pattern: `^${UUID}(,${UUID}){0,99}$`,
      description: "Up to 100 ids, with commas between them.",
    }),
  },
  returns: object({
    variants: describe("One entry for each that was asked for.", list(Availability)),
  }),
  cache: { keys: ["variantIds"], seconds: 3, shared: true },
  tag,
});

export const StockLow = event("inventory", "stock.low", {
  summary: "A variant runs low at a store.",
  description: "Told when what may be sold of a variant at one store falls to three or fewer.",
  payload: {
    storeId: id({ of: "store" }),
    variantId: id({ of: "variant" }),
    available: describe("Pieces to sell: on hand less reserved, at least 0.", integer({ min: 0 })),
  },
  rooms: ({ storeId }) => [`store:${storeId}`, "admin"],
});
