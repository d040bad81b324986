/** The complete declaration of a product, as the first start and files put it. */
import type { Infer } from "../../../lib/shape.ts";
import type { Image, Option, ProductType, StockState } from "../contract/shapes.ts";
import { plain } from "./import/text.ts";

export interface LocalizedText {
  readonly fr: string;
  readonly en: string;
}
/** Without a store's code, the stock is at the store that ships web orders. */
export interface DeclaredStock {
  readonly storeCode?: string;
  readonly quantity: number;
}

export interface FullVariant {
  readonly sku: string;
  readonly optionValues: readonly number[];
  readonly priceMinor: number;
  readonly compareAtMinor?: number | undefined;
  readonly weightGrams: number;
  readonly ean?: string | undefined;
  readonly imageUrl?: string | undefined;
  readonly stocked: boolean;
  readonly stock: readonly DeclaredStock[];
  readonly policy: "deny" | "continue";
  readonly requiresShipping: boolean;
  readonly taxable: boolean;
}

export interface FullProduct {
  readonly handle: string;
  readonly type: Infer<typeof ProductType>;
  readonly published: boolean;
  readonly title: LocalizedText;
  /** Sanitised HTML. */
  readonly description: LocalizedText;
  readonly vendor?: string | undefined;
  readonly fileType?: string | undefined;
  readonly tags: readonly string[];
  readonly taxClass: string;
  /** Slugs; undefined for those that it is in already. */
  readonly categories: readonly string[] | undefined;
  readonly options: readonly Option[];
  readonly variants: readonly FullVariant[];
  readonly images: readonly Image[];
  readonly seoTitle?: string | undefined;
  readonly seoDescription?: string | undefined;
  readonly giftCard: boolean;
  /** Identifies the last version that was put, so that the same one is recognized. */
  readonly fingerprint: string | null;
}

/** As in inventory, a quantity of three or fewer is low. */
const LOW = 3;

/** Returns the public stock state until inventory publishes one. */
export function firstState({ stocked, stock }: Pick<FullVariant, "stocked" | "stock">): StockState {
  if (!stocked) return "in_stock";
  const quantity = stock.reduce((sum, one) => sum + one.quantity, 0);
  return quantity <= 0 ? "out" : quantity <= LOW ? "low" : "in_stock";
}

const SUMMARY = 500;
/** A description without its markup, cut to what a list shows. */
export function summaryOf(html: string): string {
  const text = plain(html);
  return text.length <= SUMMARY
    ? text
    : `${text.slice(0, SUMMARY - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** An address made of words: `Thé d’été` is `the-d-ete`; "" if no letter or digit is in it. */
export const slugOf = (words: string): string =>
  words
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll("œ", "oe")
    .replaceAll("æ", "ae")
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 80)
    .replace(/-+$/, "");
