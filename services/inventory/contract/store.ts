/** The shape and failures of a store or warehouse. */
import { failure } from "../../../lib/contract.ts";
import {
  decimal,
  boolean,
  id,
  type Infer,
  dateTime,
  integer,
  json,
  list,
  nullable,
  oneOf,
  optional,
  text,
  shape,
  describe,
} from "../../../lib/shape.ts";

export const StoreKind = describe(
  "A shop for people, or a warehouse.",
  oneOf("store", "warehouse"),
);
export const Address = shape(
  "StoreAddress",
  {
    line1: describe("Street and number.", optional(text())),
    line2: describe("Second line of the address: building, floor.", optional(text())),
    city: describe("The town.", optional(text({ max: 100 }))),
    region: describe("The region or state.", optional(text({ max: 100 }))),
    postalCode: describe("The postcode.", optional(text({ max: 20 }))),
    country: describe("ISO 3166-1 alpha-2.", optional(text({ max: 2, pattern: "^[A-Z]{2}$" }))),
  },
  "Where a store is.",
);
const time = () =>
  text({
    description: "Local time, from 00:00 to 24:00.",
    max: 5,
    pattern: "^([01]\\d|2[0-3]):[0-5]\\d$|^24:00$",
  });
const spans = () =>
  describe(
    "From when until when it is open, in local time; empty: closed.",
    list(list(time(), { min: 2, max: 2 }), { max: 6 }),
  );
export const Hours = shape(
  "OpeningHours",
  {
    mon: spans(),
    tue: spans(),
    wed: spans(),
    thu: spans(),
    fri: spans(),
    sat: spans(),
    sun: spans(),
  },
  "Opening times as `[from, until]`, in the store's own time; a day without any is a closed one.",
);
/** The merchant's code of a store; starts with a letter or digit. */
export const storeCode = () =>
  text({
    description: "The store's short name, which does not change.",
    max: 32,
    pattern: "^[A-Za-z0-9][A-Za-z0-9 ._-]*$",
  });
const latitude = () => decimal({ min: -90, max: 90, description: "Degrees north, WGS 84." });
const longitude = () => decimal({ min: -180, max: 180, description: "Degrees east, WGS 84." });
/** An IANA name such as `Europe/Paris`. */
const timeZone = () =>
  text({
    description: "IANA name of the zone of its hours: Europe/Paris.",
    max: 64,
    pattern: "^[A-Za-z0-9_+/-]+$",
  });
const priority = () =>
  integer({ min: 0, max: 1_000_000, description: "Lower is taken from first." });

export const Store = shape(
  "Store",
  {
    id: id(),
    code: describe("The merchant's code of the store; it never changes.", text({ max: 32 })),
    name: describe("Name of the store, as shoppers see it.", text()),
    kind: StoreKind,
    address: Address,
    latitude: optional(latitude()),
    longitude: optional(longitude()),
    timeZone: timeZone(),
    hours: optional(Hours),
    phone: describe("Telephone number of the store.", optional(text({ max: 40 }))),
    priority: priority(),
    shipsWeb: describe("True if web orders are shipped from here.", boolean()),
    version: describe("Grows with each change; send it as `If-Match`.", integer({ min: 1 })),
    createdAt: dateTime(),
    updatedAt: dateTime(),
    closedAt: optional(dateTime()),
  },
  "A shop or a warehouse, with its hours and services.",
);
export type Store = Infer<typeof Store>;
export const NearbyStore = shape(
  "NearbyStore",
  {
    ...Store.properties,
    distanceKm: describe("Distance to `near`; absent without it.", optional(decimal({ min: 0 }))),
  },
  "A store and how far away it is.",
);
export type NearbyStore = Infer<typeof NearbyStore>;

/** Fields of a store that may be set when it opens or later. */
export const described = {
  address: optional(Address),
  latitude: optional(nullable(latitude())),
  longitude: optional(nullable(longitude())),
  timeZone: optional(timeZone()),
  hours: optional(nullable(Hours)),
  phone: describe("Telephone number of the store.", optional(nullable(text({ max: 40 })))),
  priority: optional(priority()),
  shipsWeb: describe("True if web orders are shipped from here.", optional(boolean())),
  configuration: describe("Any settings, of 32,768 bytes at most as JSON.", optional(json())),
};
export const StoreDraft = shape(
  "StoreDraft",
  {
    code: storeCode(),
    name: describe("Name of the store, as shoppers see it.", text()),
    kind: optional(StoreKind),
    ...described,
  },
  "A store as it comes from a list of stores.",
);
export type StoreDraft = Infer<typeof StoreDraft>;

export const StoreCodeTaken = failure<{ code: string }>("STORE_CODE_TAKEN", 409, {
  en: "Another store has the code {code}. Choose another one.",
  fr: "Un autre magasin porte le code {code}. Choisissez-en un autre.",
});
export const StoreChanged = failure<{ version: number }>("STORE_CHANGED", 409, {
  en: "Somebody has changed this store meanwhile. Look at version {version}, then change it again.",
  fr: "Quelqu'un a modifié ce magasin entre-temps. Consultez la version {version}, puis modifiez-le à nouveau.",
});
export const StoreClosed = failure<{ storeId: string }>("STORE_CLOSED", 409, {
  en: "This store is closed. Choose another one.",
  fr: "Ce magasin est fermé. Choisissez-en un autre.",
});
export const StoreHasStock = failure<{ storeId: string }>("STORE_HAS_STOCK", 409, {
  en: "The store still has stock, or some is on its way to it. Transfer or write it off first.",
  fr: "Le magasin a encore du stock, ou en attend. Transférez-le ou sortez-le d'abord.",
});
export const StoreInvalid = failure<{ field: string }>("STORE_INVALID", 422, {
  en: "{field} is not right: give both latitude and longitude, a time zone that exists, and a configuration of 32 kB at most.",
  fr: "{field} est incorrect : donnez latitude et longitude ensemble, un fuseau horaire existant, et une configuration d'au plus 32 ko.",
});
export const StoreNotFound = failure<{ storeId: string }>("STORE_NOT_FOUND", 404, {
  en: "There is no such store. Check the id.",
  fr: "Ce magasin n'existe pas. Vérifiez l'identifiant.",
});
/** A store with an open stocktake cannot be closed: its count could not be corrected any more. */
export const StocktakeOpen = failure<{ storeId: string; stocktakeId: string }>(
  "STOCKTAKE_OPEN",
  409,
  {
    en: "The store is being counted: stocktake {stocktakeId}. Close that one first.",
    fr: "Un inventaire est en cours dans ce magasin : {stocktakeId}. Clôturez-le d'abord.",
  },
);
