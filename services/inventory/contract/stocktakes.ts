/** Counting what is really there, while the shop goes on selling. */
import { VariantNotFound } from "../../catalog/catalog.contract.ts";
import { command, event, failure, query, resource } from "../../../lib/contract.ts";
import {
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
import { NotStocked } from "./stocks.ts";
import { StocktakeOpen, StoreClosed, StoreNotFound } from "./store.ts";

export const StocktakeLine = shape(
  "StocktakeLine",
  {
    variantId: id({ of: "variant" }),
    sku: describe("Stock keeping unit: the merchant's own code.", text({ max: 64 })),
    expected: describe(
      "What the books said, and what was counted, at the same moment. Absent until counted.",
      optional(integer()),
    ),
    counted: describe("Counted pieces.", optional(integer({ min: 0 }))),
    countedAt: optional(dateTime()),
    difference: describe("counted − expected.", optional(integer())),
    change: describe(
      "What closing corrected. Smaller than the difference when more is missing than is free: what is held for orders stays in the books, and somebody must look at it.",
      optional(integer()),
    ),
  },
  "A variant in a stocktake: what the books said, and what was counted.",
);
export type StocktakeLine = Infer<typeof StocktakeLine>;
export const StocktakeState = describe(
  "Whether it is still counted; closed ones do not change.",
  oneOf("open", "closing", "closed"),
);
export const Stocktake = shape(
  "Stocktake",
  {
    id: id(),
    storeId: id({ of: "store" }),
    state: StocktakeState,
    lineCount: describe("Number of lines.", integer({ min: 0 })),
    countedCount: describe("Number of counted lines.", integer({ min: 0 })),
    differingCount: describe("Lines with a difference to the books.", integer({ min: 0 })),
    correctedCount: describe("How many lines closing has corrected so far.", integer({ min: 0 })),
    startedAt: dateTime(),
    closedAt: optional(dateTime()),
  },
  "Without its lines, of which there may be any number: they are read by page.",
);
export type Stocktake = Infer<typeof Stocktake>;

export const StocktakeNotFound = failure<{ stocktakeId: string }>("STOCKTAKE_NOT_FOUND", 404, {
  en: "There is no such stocktake. Check the id.",
  fr: "Cet inventaire n'existe pas. Vérifiez l'identifiant.",
});
export const StocktakeResource = resource("stocktake", (stocktakeId) =>
  StocktakeNotFound({ stocktakeId }),
);
export const StocktakeClosed = failure<{ stocktakeId: string }>("STOCKTAKE_CLOSED", 409, {
  en: "The stocktake is closed. Start a new one.",
  fr: "L'inventaire est clos. Commencez-en un nouveau.",
});

const tag = "stocktakes";
export const StartStocktake = command("inventory.startStocktake", {
  summary: "Begin to count a store: the variants named, or all that it has ever had.",
  rest: "POST /stocktakes",
  allow: "stock.count",
  access: { store: "storeId", refusal: ({ storeId }) => StoreNotFound({ storeId }) },
  params: {
    storeId: id({ of: "store" }),
    variantIds: optional(list(id({ of: "variant" }), { min: 1, max: 500 })),
  },
  returns: Stocktake,
  status: 201,
  idempotency: "key",
  failures: [StoreNotFound, StoreClosed, StocktakeOpen, VariantNotFound, NotStocked],
  tag,
});
export const CountStocktake = command("inventory.countStocktake", {
  summary: "Say how many were counted of some variants. Counting one again replaces its count.",
  description:
    "Compared with the books of this very moment, so sales before and after it change nothing.",
  rest: "POST /stocktakes/:stocktakeId/count",
  allow: "stock.count",
  access: { resource: StocktakeResource, id: "stocktakeId" },
  params: {
    stocktakeId: id({ of: "stocktake" }),
    lines: describe(
      "One for each variant.",
      list(
        object({
          variantId: id({ of: "variant" }),
          counted: describe("Counted pieces.", integer({ min: 0, max: 1_000_000 })),
        }),
        {
          min: 1,
          max: 500,
        },
      ),
    ),
  },
  returns: Stocktake,
  idempotency: "key",
  failures: [StocktakeNotFound, StocktakeClosed, VariantNotFound, NotStocked],
  tag,
});
export const CloseStocktake = command("inventory.closeStocktake", {
  summary: "End a stocktake: the differences are corrected. What was not counted stays.",
  description:
    "The lines are corrected in steps, so that no sale waits for a whole store: after two seconds the answer is 202 with the state `closing`, and a node goes on by itself, whatever stops meanwhile.",
  rest: "POST /stocktakes/:stocktakeId/close",
  allow: "stock.count",
  access: { resource: StocktakeResource, id: "stocktakeId" },
  params: { stocktakeId: id({ of: "stocktake" }) },
  returns: Stocktake,
  pendingStatus: 202,
  idempotency: "resource",
  failures: [StocktakeNotFound, StocktakeClosed],
  tag,
});
export const GetStocktake = query("inventory.stocktake", {
  summary: "Show a stocktake: its state, and how many lines are counted and differ.",
  rest: "GET /stocktakes/:stocktakeId",
  allow: "stock.count",
  access: { resource: StocktakeResource, id: "stocktakeId" },
  params: { stocktakeId: id({ of: "stocktake" }) },
  returns: Stocktake,
  failures: [StocktakeNotFound],
  tag,
});
export const ListStocktakeLines = query("inventory.stocktakeLines", {
  summary: "List the lines of a stocktake: all, those that differ, or those not counted yet.",
  rest: "GET /stocktakes/:stocktakeId/lines",
  allow: "stock.count",
  access: { resource: StocktakeResource, id: "stocktakeId" },
  params: {
    stocktakeId: id({ of: "stocktake" }),
    ...paging,
    only: describe("Lists only lines in this state.", optional(oneOf("differing", "uncounted"))),
  },
  returns: page(StocktakeLine),
  failures: [StocktakeNotFound],
  tag,
});
export const ListStocktakes = query("inventory.stocktakes", {
  summary: "List the stocktakes of the stores that you may count, the newest first.",
  rest: "GET /stocktakes",
  allow: "stock.count",
  access: { store: "storeId", refusal: ({ storeId = "" }) => StoreNotFound({ storeId }) },
  params: { ...paging, storeId: optional(id({ of: "store" })), state: optional(StocktakeState) },
  returns: page(Stocktake),
  failures: [StoreNotFound],
  tag,
});

export const StocktakeEnded = event("inventory", "stocktake.closed", {
  summary: "A store was counted, and its books corrected.",
  payload: {
    stocktakeId: id({ of: "stocktake" }),
    storeId: id({ of: "store" }),
    corrected: describe("Number of corrected lines.", integer({ min: 0 })),
  },
  rooms: ({ storeId }) => [`store:${storeId}`, "admin"],
});
