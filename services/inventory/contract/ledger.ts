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
    code: text({ max: 32 }),
    kind: oneOf("store", "warehouse", "transit", "supplier", "customer", "loss"),
  },
  "A place in the stock ledger: a store, or a side that goods come from and leave to.",
);
const LedgerEntry = shape(
  "LedgerEntry",
  {
    id: integer({ min: 1 }),
    at: dateTime(),
    variantId: id({ of: "variant" }),
    sku: text({ max: 64 }),
    from: StockKey,
    to: StockKey,
    quantity: integer({ min: 1 }),
    reason: text({ max: 64 }),
    reference: describe(
      "The order, transfer, stocktake or import that it belongs to.",
      optional(id()),
    ),
    note: optional(text({ max: 500 })),
    actor: optional(text({ max: 64 })),
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
    reason: optional(text({ max: 64 })),
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
  params: { after: optional(text({ max: 512 })) },
  returns: object({
    holds: boolean(),
    invariants: list(object({ id: text(), rule: text(), violations: integer({ min: 0 }) })),
    next: describe(
      "Where to go on, when the books are too many for one call; only without it, all was looked at.",
      optional(text({ max: 512 })),
    ),
  }),
  rateClass: "heavy",
  timeoutMs: 30_000,
  tag,
});
