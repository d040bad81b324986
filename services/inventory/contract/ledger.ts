/** The double-entry ledger of stock, and the proof that the books are right. */
import { query } from "../../../lib/contract.ts";
import {
  boolean,
  id,
  type Infer,
  dateTime,
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
import { StoreNotFound } from "./store.ts";

const tag = "stock";
const StockKey = shape(
  "StockKey",
  {
    id: id(),
    code: describe("The store's code, or a fixed name of the outside.", text({ max: 32 })),
    kind: describe(
      "A store or warehouse, or the side that goods come from or go to.",
      oneOf("store", "warehouse", "transit", "supplier", "customer", "loss"),
    ),
  },
  "A place in the stock ledger: a store, or a side that goods come from and leave to.",
);
const LedgerEntry = shape(
  "LedgerEntry",
  {
    id: describe("Number of the entry; it grows with time.", integer({ min: 1 })),
    at: dateTime(),
    variantId: id({ of: "variant" }),
    sku: describe("Stock keeping unit: the merchant's own code.", text({ max: 64 })),
    from: StockKey,
    to: StockKey,
    quantity: describe("Moved pieces; always positive.", integer({ min: 1 })),
    reason: describe("Kind of the movement, such as `sale` or `correction`.", text({ max: 64 })),
    reference: describe("The order, transfer, stocktake or import behind it.", optional(id())),
    note: describe("Remark of the person who made the entry.", optional(text({ max: 500 }))),
    actor: describe("Id of the person; absent for a service.", optional(text({ max: 64 }))),
  },
  "Pieces that moved from one place of the stock ledger to another.",
);
export type LedgerEntry = Infer<typeof LedgerEntry>;
export const ListLedger = query("inventory.ledger", {
  summary: "List the entries of the stock ledger, the newest first.",
  rest: "GET /inventory/ledger",
  allow: "stock.read",
  access: { store: "storeId", refusal: ({ storeId = "" }) => StoreNotFound({ storeId }) },
  params: {
    ...paging,
    storeId: optional(id({ of: "store" })),
    variantId: optional(id({ of: "variant" })),
    reference: optional(id()),
    reason: describe("Only movements of this kind, such as `sale`.", optional(text({ max: 64 }))),
  },
  returns: page(LedgerEntry),
  failures: [StoreNotFound],
  tag,
});
export const ProveStock = query("inventory.proof", {
  summary: "Prove that the books are right: how many violations of each invariant there are.",
  rest: "GET /inventory/proof",
  allow: "system.read",
  access: "any",
  params: { after: describe("The `next` of the page before.", optional(text({ max: 512 }))) },
  returns: object({
    holds: describe("True if no row violates an invariant in the checked part.", boolean()),
    invariants: describe(
      "What must always hold, and how often it does not.",
      list(
        object({
          id: describe("Its name in the documentation.", text()),
          rule: describe("Definition of the invariant.", text()),
          violations: describe("Rows that violate it; 0 when it holds.", integer({ min: 0 })),
        }),
      ),
    ),
    next: describe(
      "Where to go on, when the books are too many for one call; only without it, all was looked at.",
      optional(text({ max: 512 })),
    ),
  }),
  rateClass: "heavy",
  timeoutMs: 30_000,
  tag,
});
