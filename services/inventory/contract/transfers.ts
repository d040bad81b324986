/** Goods on their way from one store to another: draft → shipped → received, or cancelled. */
import { VariantNotFound } from "../../catalog/catalog.contract.ts";
import { command, event, failure, query, resource } from "../../../lib/contract.ts";
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
  quantity,
  text,
} from "../../../lib/shape.ts";
import { NotEnoughStock, NotStocked } from "./stocks.ts";
import { StoreClosed, StoreNotFound } from "./store.ts";

export const TransferState = oneOf("draft", "shipped", "received", "cancelled");
export type TransferState = Infer<typeof TransferState>;
const count = () => integer({ min: 0 });

/** One line of text: with 500 of them, a transfer is still one answer. */
const lossReason = () => text({ max: 100, pattern: "^[^\\u0000-\\u001f]*$" });
const TransferLine = object({
  variantId: id(),
  sku: text({ max: 64 }),
  sent: integer({ min: 1 }),
  received: count(),
  lost: count(),
  lostReason: optional(lossReason()),
  /** Taken back by the sender, when the transfer was cancelled on its way. */
  returned: count(),
});
export type TransferLine = Infer<typeof TransferLine>;
const head = {
  id: id(),
  number: integer({ min: 1 }),
  fromStoreId: id(),
  toStoreId: id(),
  state: TransferState,
  note: optional(text({ max: 500 })),
  draftedAt: dateTime(),
  shippedAt: optional(dateTime()),
  /** When the last piece was accounted for, or the transfer was cancelled. */
  endedAt: optional(dateTime()),
};
export const Transfer = object({ ...head, lines: list(TransferLine, { max: 500 }) });
export type Transfer = Infer<typeof Transfer>;
/** As a list shows it: how many lines there are, and the pieces of all of them. */
export const TransferHead = object({
  ...head,
  lineCount: integer({ min: 1 }),
  sent: integer({ min: 1 }),
  received: count(),
  lost: count(),
  returned: count(),
});
export type TransferHead = Infer<typeof TransferHead>;

export const TransferNotFound = failure<{ transferId: string }>("TRANSFER_NOT_FOUND", 404, {
  en: "There is no such transfer. Check the id.",
  fr: "Ce transfert n'existe pas. Vérifiez l'identifiant.",
});
export const TransferResource = resource("transfer", (transferId) =>
  TransferNotFound({ transferId }),
);
/** Told only to those who see the transfer, because they work in the other of its two stores. */
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
const one = { transferId: id() };
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
    fromStoreId: id(),
    toStoreId: id(),
    lines: list(object({ variantId: id(), quantity: quantity() }), { min: 1, max: 500 }),
    note: optional(text({ max: 500 })),
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
  params: { ...paging, storeId: optional(id()), state: optional(TransferState) },
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
/** Source −q, in transit +q. The sender's to say. */
export const ShipTransfer = command("inventory.shipTransfer", {
  summary: "Send a drafted transfer on its way: all of it, or nothing.",
  rest: ["POST /stocks/transfers/:transferId/ship", "POST /stores/transfers/:transferId/ship"],
  allow: "stock.transfer",
  access: { resource: TransferResource, id: "transferId" },
  params: one,
  returns: Transfer,
  idempotency: "key",
  failures: [TransferNotFound, TransferOfOtherStore, TransferNotOpen, StoreClosed, NotEnoughStock],
  tag,
});
/** In transit −r, destination +r; what is lost goes to the losses. The receiver's to say. */
export const ReceiveTransfer = command("inventory.receiveTransfer", {
  summary: "Receive what has arrived, in one or several parts; without lines, all that is due.",
  rest: [
    "POST /stocks/transfers/:transferId/receive",
    "POST /stores/transfers/:transferId/receive",
  ],
  allow: "stock.transfer",
  access: { resource: TransferResource, id: "transferId" },
  params: {
    ...one,
    lines: optional(
      list(
        object({
          variantId: id(),
          received: integer({ min: 0, max: 9_999 }),
          lost: optional(integer({ min: 0, max: 9_999 })),
          /** Needed when some are lost. */
          reason: optional(lossReason()),
        }),
        { min: 1, max: 500 },
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
/** What is on its way is back at the source. The sender's to say. */
export const CancelTransfer = command("inventory.cancelTransfer", {
  summary: "Give up a transfer; what has not arrived is back where it came from.",
  rest: ["POST /stocks/transfers/:transferId/cancel", "POST /stores/transfers/:transferId/cancel"],
  allow: "stock.transfer",
  access: { resource: TransferResource, id: "transferId" },
  params: one,
  returns: Transfer,
  idempotency: "key",
  failures: [TransferNotFound, TransferOfOtherStore, TransferNotOpen],
  tag,
});

const fact = { transferId: id(), fromStoreId: id(), toStoreId: id() };
const rooms = ({ fromStoreId, toStoreId }: { fromStoreId: string; toStoreId: string }) => [
  `store:${fromStoreId}`,
  `store:${toStoreId}`,
  "admin",
];
const moved = list(object({ variantId: id(), quantity: integer({ min: 1 }) }), { max: 500 });
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
  payload: { ...fact, lines: moved, complete: boolean() },
  rooms,
});
export const TransferCancelled = event("inventory", "transfer.cancelled", {
  summary: "A transfer was given up.",
  payload: fact,
  rooms,
});
