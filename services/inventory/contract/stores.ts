import { command, query } from "../../../lib/contract.ts";
import {
  id,
  integer,
  json,
  list,
  object,
  oneOf,
  optional,
  page,
  paging,
  text,
  version,
  describe,
} from "../../../lib/shape.ts";
import { STORES, storeTag } from "./cache.ts";
import {
  described,
  NearbyStore,
  StocktakeOpen,
  Store,
  StoreChanged,
  StoreClosed,
  StoreCodeTaken,
  StoreDraft,
  StoreHasStock,
  StoreInvalid,
  StoreKind,
  StoreNotFound,
} from "./store.ts";

const tag = "stores";
export const ListStores = query("inventory.stores", {
  summary: "List the open stores by name, or the nearest first.",
  rest: "GET /stores",
  allow: "public",
  params: {
    ...paging,
    limit: describe("Items on a page; at most 50.", optional(integer({ min: 1, max: 50 }))),
    q: describe("Part of the name, code, town or postal code.", optional(text({ max: 100 }))),
    kind: optional(StoreKind),
    near: describe(
      "Latitude and longitude to measure distances from.",
      optional(text({ max: 60, pattern: "^-?\\d{1,2}(\\.\\d+)?,-?\\d{1,3}(\\.\\d+)?$" })),
    ),
  },
  returns: object({
    ...page(NearbyStore).properties,
    items: describe("Stores on this page.", list(NearbyStore, { max: 50 })),
  }),
  cache: {
    keys: ["limit", "after", "q", "kind", "near"],
    seconds: 60,
    shared: true,
    tags: () => [STORES],
  },
  tag,
});
export const GetStore = query("inventory.store", {
  summary: "Show a store.",
  rest: "GET /stores/:storeId",
  allow: "public",
  params: { storeId: id({ of: "store" }) },
  returns: Store,
  cache: {
    keys: ["storeId"],
    seconds: 60,
    shared: true,
    tags: ({ storeId }) => [storeTag(storeId)],
  },
  failures: [StoreNotFound],
  tag,
});
export const GetStoreConfiguration = query("inventory.storeConfiguration", {
  summary: "Show how a store is set up: settings that are not for the public.",
  rest: "GET /stores/:storeId/configuration",
  allow: "stock.read",
  access: { store: "storeId", refusal: ({ storeId }) => StoreNotFound({ storeId }) },
  params: { storeId: id({ of: "store" }) },
  returns: object({
    storeId: id({ of: "store" }),
    version: describe("Version of the store that was read.", integer({ min: 1 })),
    configuration: describe("Settings of the store, as they were put.", json()),
  }),
  failures: [StoreNotFound],
  tag,
});
export const OpenStore = command("inventory.openStore", {
  summary: "Open a store or warehouse. Only who may edit any store may.",
  rest: "POST /stores",
  allow: "stores.edit",
  access: "any",
  params: StoreDraft.properties,
  returns: Store,
  status: 201,
  idempotency: "key",
  failures: [StoreCodeTaken, StoreInvalid],
  tag,
});
export const EditStore = command("inventory.editStore", {
  summary: "Change a store as it was at `version`. What is null is removed.",
  rest: "PATCH /stores/:storeId",
  allow: "stores.edit",
  access: { store: "storeId", refusal: ({ storeId }) => StoreNotFound({ storeId }) },
  params: {
    storeId: id({ of: "store" }),
    version: version(),
    name: describe("Name of the store, as shoppers see it.", optional(text())),
    kind: optional(StoreKind),
    ...described,
  },
  returns: Store,
  failures: [StoreNotFound, StoreChanged, StoreClosed, StoreInvalid],
  tag,
});
export const CloseStore = command("inventory.closeStore", {
  summary:
    "Close a store for good, once it is empty, nothing is on its way to it, and nobody counts it.",
  rest: "DELETE /stores/:storeId",
  allow: "stores.edit",
  access: { store: "storeId", refusal: ({ storeId }) => StoreNotFound({ storeId }) },
  params: { storeId: id({ of: "store" }) },
  returns: Store,
  retry: "idempotent",
  failures: [StoreNotFound, StoreHasStock, StocktakeOpen],
  tag,
});
export const PutStores = command("inventory.putStores", {
  summary: "Make stores as a list says, by their codes: those that are not there are opened.",
  description:
    "Twice is harmless: the second time everything is unchanged. A closed store stays closed.",
  allow: "internal",
  params: { stores: describe("One for each store.", list(StoreDraft, { min: 1, max: 10 })) },
  returns: object({
    stores: describe(
      "One for each store.",
      list(
        object({
          code: describe("The merchant's code of the store.", text({ max: 32 })),
          storeId: id({ of: "store" }),
          outcome: describe("The effect on the store.", oneOf("created", "updated", "unchanged")),
        }),
        { max: 10 },
      ),
    ),
  }),
  retry: "idempotent",
  timeoutMs: 15_000,
  failures: [StoreInvalid],
});
