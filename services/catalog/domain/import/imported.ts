/**
 * What reading a merchant's file yields: products, stores, and faults. Everything that the reader
 * did not take, or took otherwise than it was written, is a fault: nothing is lost silently.
 */
import type { Sentence } from "../../../../lib/failure.ts";
import type { AbsentField } from "./columns.ts";

export interface ImportedProduct {
  /** The physical line (1-based) of the product's first row; not part of what the product is. */
  line: number;
  /** The merchant's own key of the product, unique in the file. */
  handle: string;
  title: string;
  /** Sanitised: a handful of plain tags, links to http and https only. Empty if there is none. */
  descriptionHtml: string;
  vendor?: string;
  type?: string;
  /** Without repeats, in the order of the file. */
  tags: string[];
  published: boolean;
  /** At most three. None for a product that comes in one form only. */
  options: { name: string; values: string[] }[];
  /** 1 to 100, each with its own combination of option values and its own SKU in the file. */
  variants: ImportedVariant[];
  /** At most 250, positions 1 to n in order. */
  images: ImportedImage[];
  seoTitle?: string;
  seoDescription?: string;
  giftCard: boolean;
  /** Of what the file says nothing, because it has no such columns. Not set if it has all. */
  absent?: readonly AbsentField[];
}

export interface ImportedVariant {
  line: number;
  /** At most 64 characters, unique in the file. */
  sku: string;
  /** One for each of the product's options, in their order. */
  optionValues: string[];
  /** In the smallest unit of the currency that the file was read with; 0 to 10^10. */
  priceMinor: number;
  compareAtMinor?: number;
  grams: number;
  /** Pieces on hand, never negative; absent where the file has no such column: nothing is said of stock. */
  quantity?: number;
  /** Absent where the file has no such column: it stays as it is, and new goods with a `quantity` are counted. */
  trackInventory?: boolean;
  /** What to do when there is none left: refuse to sell, or sell on. */
  policy: "deny" | "continue";
  barcode?: string;
  requiresShipping: boolean;
  taxable: boolean;
  imageUrl?: string;
}

export interface ImportedImage {
  url: string;
  alt?: string;
  position: number;
}

export type Day = "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";
/** From and until, as `HH:MM` of a 24-hour clock, in the store's own time. */
export type OpeningHours = Record<Day, [from: string, until: string][]>;

export interface ImportedStore {
  /** The store's place in the file's list, 1-based. */
  line: number;
  /** The chain's own number of the store, unique in the file. */
  code: string;
  name: string;
  kind?: string;
  address: {
    line1: string;
    line2?: string;
    city: string;
    region?: string;
    postalCode: string;
    /** ISO 3166-1 alpha-2. */
    country: string;
  };
  /** Degrees, WGS 84. */
  latitude: number;
  longitude: number;
  /** An empty list is a day on which the store is closed. Absent if the file's text is unreadable. */
  hours?: OpeningHours;
  services: string[];
}

/** `error`: something was not taken. `warning`: taken, but changed. `info`: worth knowing. */
export type IssueLevel = "error" | "warning" | "info";

export interface ImportIssue {
  /** Physical line, 1-based; for a list of stores the store's place in it. */
  line: number;
  /** The column's or field's usual name; empty when the fault is the whole line's or file's. */
  field: string;
  level: IssueLevel;
  /** Stable, for programs. */
  code: string;
  /** What stood there, cut to 120 characters, without what a database would refuse. */
  value: string;
  /** What is wrong, and how to mend it. */
  what: Sentence;
  hint: Sentence;
}

/** Upper limits, in characters of text (UTF-16 units) or in pieces. */
export const LIMITS = {
  handle: 255,
  title: 255,
  description: 100_000,
  vendor: 255,
  type: 255,
  tag: 255,
  tags: 250,
  optionName: 255,
  optionValue: 255,
  variants: 100,
  images: 250,
  sku: 64,
  barcode: 64,
  url: 2_048,
  alt: 512,
  seoTitle: 255,
  seoDescription: 1_000,
  priceMinor: 10_000_000_000,
  grams: 1_000_000_000,
  quantity: 1_000_000_000,
  /** One row of a CSV file, all its lines together. */
  row: 1_000_000,
} as const;

export const isError = (item: object): item is ImportIssue => "level" in item && "code" in item;
