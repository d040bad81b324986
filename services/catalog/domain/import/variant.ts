/** One row's variant: its price must be readable, everything else has a sensible way out. */
import { hash } from "node:crypto";
import { type Column, nameOf } from "./columns.ts";
import { type IssueCode, type IssueData, issueAt } from "./issues.ts";
import { type ImportIssue, type ImportedVariant, LIMITS } from "./imported.ts";
import { type Currency, readPrice } from "./price.ts";
import type { Row } from "./rows.ts";
import { plain } from "./text.ts";

/** A variant whose SKU and option values are settled when the product is complete. */
export type VariantDraft = Omit<ImportedVariant, "sku" | "optionValues"> & {
  givenSku: string;
  /** One for each option column of the file; empty where there is none. */
  givenValues: string[];
};

export type Report = (code: IssueCode, column: Column | "", data?: IssueData) => void;

/** Gathers the faults of one line in `faults`. */
export const reporter =
  (issues: ImportIssue[], line: number): Report =>
  (code, column, data) =>
    void issues.push(issueAt(line, column && nameOf(column), code, data));

export const OPTION_VALUES = ["option1Value", "option2Value", "option3Value"] as const;
const MAKES_A_VARIANT: readonly Column[] = [
  ...OPTION_VALUES,
  "sku",
  "price",
  "compareAt",
  "barcode",
  "quantity",
];

/** Rows that only add an image have none of these cells filled. */
export const isVariant = (row: Row): boolean =>
  MAKES_A_VARIANT.some((column) => row.get(column) !== "");

/** The row's variant, or nothing if it cannot be sold as it is written: the report says why. */
export function readVariant(
  row: Row,
  currency: Currency,
  report: Report,
): VariantDraft | undefined {
  const priceMinor = priceOf(row, currency, report);
  const givenValues = optionValuesOf(row, report);
  if (priceMinor === undefined || givenValues === undefined) return undefined;
  const compareAtMinor = compareAtOf(row, currency, report);
  const barcode = shortText(row, "barcode", LIMITS.barcode, report);
  const imageUrl = urlOf(row, "variantImage", report);
  return {
    line: row.line,
    givenSku: givenSku(row),
    givenValues,
    priceMinor,
    ...(compareAtMinor !== undefined && { compareAtMinor }),
    grams: wholeNumber(row, "grams", LIMITS.grams, report),
    ...(row.has("quantity") && { quantity: quantityOf(row, report) }),
    ...(row.has("tracker") && { trackInventory: row.get("tracker") !== "" }),
    policy: choice(row, "policy", { deny: "deny", continue: "continue" }, "deny", report),
    ...(barcode !== undefined && { barcode }),
    requiresShipping: flag(row, "requiresShipping", true, report),
    taxable: flag(row, "taxable", true, report),
    ...(imageUrl !== undefined && { imageUrl }),
  };
}

function priceOf(row: Row, currency: Currency, report: Report): number | undefined {
  const value = row.get("price");
  if (value === "") {
    report("PRICE_MISSING", "price");
    return undefined;
  }
  const read = readPrice(value, currency);
  if ("minor" in read) return read.minor;
  report(read.refused, "price", { value, currency: currency.code, digits: currency.digits });
  return undefined;
}

function compareAtOf(row: Row, currency: Currency, report: Report): number | undefined {
  const value = row.get("compareAt");
  if (value === "") return undefined;
  const read = readPrice(value, currency);
  if ("minor" in read) return read.minor;
  report("COMPARE_AT_REFUSED", "compareAt", { value });
  return undefined;
}

function optionValuesOf(row: Row, report: Report): string[] | undefined {
  const values = OPTION_VALUES.map((column) => row.get(column));
  const long = OPTION_VALUES.find((_, index) => (values[index] ?? "").length > LIMITS.optionValue);
  if (long === undefined) {
    return values.map((value, index) => cleanText(value, OPTION_VALUES[index] ?? "", report));
  }
  report("OPTION_VALUE_TOO_LONG", long, { value: row.get(long), limit: LIMITS.optionValue });
  return undefined;
}

/** Any text of one line, tags out. Too long: not taken, and told. */
export function shortText(
  row: Row,
  column: Column,
  limit: number,
  report: Report,
): string | undefined {
  const value = row.get(column);
  if (value === "") return undefined;
  const text =
    column === "barcode" ? withoutGuard(oneLine(value)) : cleanText(value, column, report);
  if (text.length <= limit) return text === "" ? undefined : text;
  report("TEXT_TOO_LONG", column, { value, limit });
  return undefined;
}

/** What `plain` makes of a cell, and told when it had tags; an endless one stays as it is. */
export function cleanText(value: string, column: Column | "", report: Report): string {
  if (value.length > 10_000) return value;
  const text = plain(value);
  if (/[<&]/.test(value) && text !== value) report("TEXT_CLEANED", column, { value });
  return text;
}

/** An apostrophe before digits is how spreadsheets are told to keep leading zeros: '0309. */
const withoutGuard = (text: string): string => text.replace(/^'+(?=\d)/, "");
const oneLine = (text: string): string => text.replace(/[\r\n\t]+/g, " ").trim();

/** As given; of an endless one, which will be shortened anyway, enough to tell it from others. */
function givenSku(row: Row): string {
  const sku = withoutGuard(oneLine(row.get("sku")));
  return sku.length > 1_000 ? `${hash("sha256", sku)} ${sku.slice(0, LIMITS.sku)}` : sku;
}

function quantityOf(row: Row, report: Report): number {
  const value = row.get("quantity");
  if (!/^-\d+(?:\.0+)?$/.test(value)) return wholeNumber(row, "quantity", LIMITS.quantity, report);
  if (Number(value) < 0) report("QUANTITY_NEGATIVE", "quantity", { value });
  return 0;
}

function wholeNumber(row: Row, column: Column, limit: number, report: Report): number {
  const value = row.get(column);
  if (value === "") return 0;
  const number = /^\d{1,15}(?:\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
  if (Number.isInteger(number) && number <= limit) return number;
  // Half a gram may be rounded; half a piece is no stock that could be sold.
  const taken = column === "grams" && number <= limit ? Math.round(number) : 0;
  report("NUMBER_UNREADABLE", column, { value, taken });
  return taken;
}

const YES = ["true", "vrai", "yes", "oui", "y", "1"];
const NO = ["false", "faux", "no", "non", "n", "0"];
const YES_NO: Readonly<Record<string, boolean>> = Object.fromEntries([
  ...YES.map((word) => [word, true] as const),
  ...NO.map((word) => [word, false] as const),
]);

/** Yes or no as spreadsheets in English and French write it; `fallback` if empty or unreadable. */
export const flag = (row: Row, column: Column, fallback: boolean, report: Report): boolean =>
  choice(row, column, YES_NO, fallback, report);

export function choice<T extends string | boolean>(
  row: Row,
  column: Column,
  known: Readonly<Record<string, T>>,
  fallback: T,
  report: Report,
): T {
  const value = row.get(column);
  const key = value.toLowerCase();
  if (value === "") return fallback;
  if (Object.hasOwn(known, key)) return known[key] ?? fallback;
  const choices = typeof fallback === "boolean" ? "true / false" : Object.keys(known).join(" / ");
  report("FLAG_UNREADABLE", column, { value, taken: String(fallback), choices });
  return fallback;
}

/** A whole http or https address without a password in it. */
export function urlOf(row: Row, column: Column, report: Report): string | undefined {
  const value = row.get(column);
  if (value === "") return undefined;
  const url = value.length <= LIMITS.url && URL.canParse(value) ? new URL(value) : undefined;
  const web = url && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
  if (web && /^https?:\/\/[^\s\\]+$/i.test(value)) return value;
  report("IMAGE_REFUSED", column, { value });
  return undefined;
}
