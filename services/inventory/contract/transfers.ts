/** Goods on their way from one store to another: draft → shipped → received, or cancelled. */
import { VariantNotFound, VariantQuantity } from "../../catalog/catalog.contract.ts";
import { command, event, failure, query, resource } from "../../../lib/contract.ts";
import {
  boolean,
  id,
  integer,
  list,
  object,
  optional,
  page,
  paging,
  text,
  describe,
} from "../../../lib/shape.ts";
import { NotEnoughStock, NotStocked } from "./stocks.ts";
import { StoreClosed, StoreNotFound } from "./store.ts";
import { lossReason, Transfer, TransferHead, TransferState } from "./transfer.shapes.ts";

export { Transfer, TransferHead, TransferState } from "./transfer.shapes.ts";
export type { TransferLine } from "./transfer.shapes.ts";

export const TransferNotFound = failure<{ transferId: string }>("TRANSFER_NOT_FOUND", 404, {
  en: "There is no such transfer. Check the id.",
  fr: "Ce transfert n'existe pas. Vérifiez l'identifiant.",
});
export const TransferResource = resource("transfer", (transferId) =>
  TransferNotFound({ transferId }),
);
/** Only those who may see the transfer, because they work in its other store, get this failure. */
export const TransferOfOtherStore = failure<{ transferId: string; storeId: string }>(
  "TRANSFER_OF_OTHER_STORE",
  403,
  {
    en: "The sending store ships and cancels, the receiving one receives: ask the store {storeId}.",
    fr: "Le magasin d'origine expédie et annule, celui de destination réceptionne : demandez au magasin {storeId}.",
  },
);
export const TransferNotOpen = failure<{ transferId: string; state: string }>(
  "TRANSFER_NOT_OPEN",
  409,
  {
    en: "The transfer is {state}: this can no longer, or not yet, be done with it.",
    fr: "Le transfert est « {state} » : cela n'est plus, ou pas encore, possible.",
  },
);
export const TransferInvalid = failure<{ reason: string }>("TRANSFER_INVALID", 422, {
  en: "Name two different stores, each variant once, and why pieces were lost.",
  fr: "Indiquez deux magasins différents, chaque variante une seule fois, et pourquoi des pièces ont été perdues.",
});
export const NotOnItsWay = failure<{ variantId: string; outstanding: number }>(
  "NOT_ON_ITS_WAY",
  409,
  {
    en: "Only {outstanding} of this are still on their way. Count again.",
    fr: "Seuls {outstanding} sont encore en route. Recomptez.",
  },
);

const tag = "transfers";
const one = { transferId: id({ of: "transfer" }) };
export const DraftTransfer = command("inventory.draftTransfer", {
  summary: "Plan a transfer. Nothing moves until it is shipped.",
  rest: ["POST /stocks/transfers", "POST /stores/transfers"],
  allow: "stock.transfer",
  access: {
    store: "fromStoreId",
    orStore: "toStoreId",
    refusal: ({ fromStoreId }) => StoreNotFound({ storeId: fromStoreId }),
  },
  params: {
    fromStoreId: id({ of: "store" }),
    toStoreId: id({ of: "store" }),
    lines: describe(
      "One for each variant.",
      list(VariantQuantity, {
        min: 1,
        max: 500,
      }),
    ),
    note: describe("Remark that stays with the transfer.", optional(text({ max: 500 }))),
  },
  returns: Transfer,
  status: 201,
  idempotency: "key",
  failures: [StoreNotFound, StoreClosed, VariantNotFound, NotStocked, TransferInvalid],
  tag,
});
export const ListTransfers = query("inventory.transfers", {
  summary: "List the transfers from and to the stores that you may see, the newest first.",
  rest: ["GET /stocks/transfers", "GET /stores/transfers"],
  allow: "stock.read",
  access: { store: "storeId", refusal: ({ storeId = "" }) => StoreNotFound({ storeId }) },
  params: { ...paging, storeId: optional(id({ of: "store" })), state: optional(TransferState) },
  returns: page(TransferHead),
  failures: [StoreNotFound],
  tag,
});
export const GetTransfer = query("inventory.transfer", {
  summary: "Show a transfer.",
  rest: ["GET /stocks/transfers/:transferId", "GET /stores/transfers/:transferId"],
  allow: "stock.read",
  access: { resource: TransferResource, id: "transferId" },
  params: one,
  returns: Transfer,
  failures: [TransferNotFound],
  tag,
});
export const ShipTransfer = command("inventory.shipTransfer", {
  summary: "Send a drafted transfer on its way: all of it, or nothing.",
  description: "Source −q, in transit +q. The sender's to say.",
  rest: ["POST /stocks/transfers/:transferId/ship", "POST /stores/transfers/:transferId/ship"],
  allow: "stock.transfer",
  access: { resource: TransferResource, id: "transferId" },
  params: one,
  returns: Transfer,
  idempotency: "key",
  failures: [TransferNotFound, TransferOfOtherStore, TransferNotOpen, StoreClosed, NotEnoughStock],
  tag,
});
export const ReceiveTransfer = command("inventory.receiveTransfer", {
  summary: "Receive what has arrived, in one or several parts; without lines, all that is due.",
  description:
    "In transit −r, destination +r; what is lost goes to the losses. The receiver's to say.",
  rest: [
    "POST /stocks/transfers/:transferId/receive",
    "POST /stores/transfers/:transferId/receive",
  ],
  allow: "stock.transfer",
  access: { resource: TransferResource, id: "transferId" },
  params: {
    ...one,
    lines: describe(
      "One for each variant.",
      optional(
        list(
          object({
            variantId: id({ of: "variant" }),
            received: describe("Pieces that arrived now.", integer({ min: 0, max: 9_999 })),
            lost: describe("Pieces never to arrive.", optional(integer({ min: 0, max: 9_999 }))),
            reason: describe("Needed when some are lost.", optional(lossReason())),
          }),
          { min: 1, max: 500 },
        ),
      ),
    ),
  },
  returns: Transfer,
  idempotency: "key",
  failures: [
    TransferNotFound,
    TransferOfOtherStore,
    TransferNotOpen,
    TransferInvalid,
    NotOnItsWay,
    StoreClosed,
  ],
  tag,
});
export const CancelTransfer = command("inventory.cancelTransfer", {
  summary: "Give up a transfer; what has not arrived is back where it came from.",
  description: "What is on its way is back at the source. The sender's to say.",
  rest: ["POST /stocks/transfers/:transferId/cancel", "POST /stores/transfers/:transferId/cancel"],
  allow: "stock.transfer",
  access: { resource: TransferResource, id: "transferId" },
  params: one,
  returns: Transfer,
  idempotency: "key",
  failures: [TransferNotFound, TransferOfOtherStore, TransferNotOpen],
  tag,
});

const fact = {
  transferId: id({ of: "transfer" }),
  fromStoreId: id({ of: "store" }),
  toStoreId: id({ of: "store" }),
};
const rooms = ({ fromStoreId, toStoreId }: { fromStoreId: string; toStoreId: string }) => [
  `store:${fromStoreId}`,
  `store:${toStoreId}`,
  "admin",
];
const moved = describe(
  "What moved, in pieces.",
  list(
    object({
      variantId: id({ of: "variant" }),
      quantity: describe("How many pieces.", integer({ min: 1 })),
    }),
    {
      max: 500,
    },
  ),
);
export const TransferDrafted = event("inventory", "transfer.drafted", {
  summary: "A transfer between stores is planned.",
  payload: fact,
  rooms,
});
export const TransferShipped = event("inventory", "transfer.shipped", {
  summary: "A transfer is on its way.",
  payload: { ...fact, lines: moved },
  rooms,
});
export const TransferReceived = event("inventory", "transfer.received", {
  summary: "Goods of a transfer have arrived; `complete` when nothing more is due.",
  payload: {
    ...fact,
    lines: moved,
    complete: describe("True when every sent piece is received, lost or returned.", boolean()),
  },
  rooms,
});
export const TransferCancelled = event("inventory", "transfer.cancelled", {
  summary: "A transfer was given up.",
  payload: fact,
  rooms,
});
