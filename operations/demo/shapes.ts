/** The shapes of the demo data; test/operations/demo validates the data against them. */
import {
  localizedText,
  currency,
  decimal,
  email,
  literal,
  type Infer,
  dateTime,
  integer,
  list,
  minorAmount,
  object,
  oneOf,
  optional,
  record,
  sku,
  text,
} from "../../lib/shape.ts";

const slug = () => text({ max: 80, pattern: "^[a-z0-9]+(-[a-z0-9]+)*$" });
const storeCode = () => text({ min: 3, max: 3, pattern: "^[A-Z]{3}$" });
const basisPoints = () => integer({ min: 0, max: 10_000 });
/** Opening hours in the store's local time, as ["10:00", "19:00"]. */
const opening = () => list(text({ pattern: "^([01]\\d|2[0-3]):[0-5]\\d$" }), { min: 2, max: 2 });
/** In order, without overlap; an empty day is a day closed. */
const openings = () => list(opening(), { max: 3 });

export const DemoStore = object({
  code: storeCode(),
  name: text(),
  /** A warehouse ships web orders and receives no visitors. */
  kind: oneOf("store", "warehouse"),
  address: object({
    line1: text(),
    postalCode: text({ pattern: "^\\d{5}$" }),
    city: text(),
    country: literal("FR"),
  }),
  /** Degrees, WGS 84. */
  latitude: decimal({ min: -90, max: 90 }),
  longitude: decimal({ min: -180, max: 180 }),
  /** IANA time zone. */
  zone: literal("Europe/Paris"),
  hours: object({
    mon: openings(),
    tue: openings(),
    wed: openings(),
    thu: openings(),
    fri: openings(),
    sat: openings(),
    sun: openings(),
  }),
  /** E.164. */
  phone: text({ pattern: "^\\+33\\d{9}$" }),
  /** The order in which stores are asked to ship: 1 comes first. */
  priority: integer({ min: 1, max: 99 }),
});
export type DemoStore = Infer<typeof DemoStore>;

export const DemoCategory = object({
  slug: slug(),
  title: localizedText(),
  parent: optional(slug()),
});
export type DemoCategory = Infer<typeof DemoCategory>;

const taxClass = () => oneOf("standard", "reduced", "super_reduced");

const DemoVariant = object({
  sku: sku(),
  /** For each option of the product, in order, the index of this variant's value. */
  optionValues: list(integer({ min: 0, max: 99 }), { max: 3 }),
  /** EUR cents, VAT included, as is every price that a French consumer is shown. */
  priceMinor: minorAmount({ min: 1 }),
  compareAtMinor: optional(minorAmount({ min: 1 })),
  /** Weight with packaging; 0 for what is not shipped. */
  weightGrams: integer({ min: 0, max: 30_000 }),
  /** GTIN-13; GS1 keeps the prefix for restricted circulation, so it is nobody else's product. */
  ean: optional(text({ pattern: "^200\\d{10}$" })),
  /** Pieces on hand by store code. Empty for a service or a file: there is nothing to count. */
  stock: record(integer({ min: 0, max: 9_999 })),
});
export type DemoVariant = Infer<typeof DemoVariant>;

export const DemoProduct = object({
  handle: slug(),
  type: oneOf("goods", "service", "digital"),
  title: localizedText(),
  description: localizedText({ min: 80, max: 600 }),
  /** The first one is where the product is at home. */
  categories: list(slug(), { min: 1, max: 5 }),
  vendor: text(),
  tags: list(slug(), { max: 10 }),
  taxClass: taxClass(),
  options: list(object({ name: localizedText(), values: list(localizedText(), { min: 1 }) }), {
    max: 3,
  }),
  variants: list(DemoVariant, { min: 1 }),
});
export type DemoProduct = Infer<typeof DemoProduct>;

export const DemoUser = object({
  role: oneOf(
    "user",
    "coach",
    "cashier",
    "store_manager",
    "stock_clerk",
    "accountant",
    "editor",
    "moderator",
    "admin",
  ),
  username: text({ min: 3, max: 32, pattern: "^[a-z_]+$" }),
  email: email(),
  firstName: text(),
  lastName: text(),
  /** Codes of the stores where the role applies; everywhere if absent. */
  stores: optional(list(storeCode(), { min: 1 })),
});
export type DemoUser = Infer<typeof DemoUser>;

export const DemoCoupon = object({
  code: text({ max: 32, pattern: "^[A-Z0-9]+$" }),
  kind: oneOf("percent", "amount"),
  /** Set for kind "percent": 10 % is 1000. */
  percentBasisPoints: optional(basisPoints()),
  /** Set for kind "amount". */
  amountMinor: optional(minorAmount({ min: 1 })),
  currency: currency(),
  /** The minimum total of the goods, VAT included. */
  minimumMinor: optional(minorAmount({ min: 1 })),
  maxUses: optional(integer({ min: 1 })),
  maxUsesPerCustomer: optional(integer({ min: 1 })),
  startsAt: optional(dateTime()),
  endsAt: optional(dateTime()),
  label: localizedText(),
});
export type DemoCoupon = Infer<typeof DemoCoupon>;

export const DemoCompany = object({
  name: text(),
  currency: currency(),
  /** VAT of metropolitan France in basis points by tax class. */
  taxRates: object({
    standard: basisPoints(),
    reduced: basisPoints(),
    super_reduced: basisPoints(),
  }),
  stores: list(DemoStore),
  categories: list(DemoCategory),
  products: list(DemoProduct),
  users: list(DemoUser),
  coupons: list(DemoCoupon),
});
export type DemoCompany = Infer<typeof DemoCompany>;
