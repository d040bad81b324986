/** Prices as merchants write them, to whole minor units; and back. Never a guess about money. */
import type { IssueCode } from "./issues.ts";
import { LIMITS } from "./imported.ts";

export interface Currency {
  /** ISO 4217. */
  code: string;
  /** Decimals of the minor unit: 2 for EUR, 0 for JPY, 3 for TND. */
  digits: number;
  /** The ways to write it beside a number. */
  signs: ReadonlySet<string>;
}

/** @throws RangeError if `code` does not have the form of an ISO 4217 code. */
export function currencyOf(code: string): Currency {
  const format = (locale: string, currencyDisplay: "code" | "symbol" | "narrowSymbol") =>
    new Intl.NumberFormat(locale, { style: "currency", currency: code, currencyDisplay });
  const signs = ["en", "fr"].flatMap((locale) =>
    (["code", "symbol", "narrowSymbol"] as const).map((display) => {
      const parts = format(locale, display).formatToParts(1);
      return parts.find(({ type }) => type === "currency")?.value.toUpperCase() ?? code;
    }),
  );
  const digits = format("en", "code").resolvedOptions().maximumFractionDigits ?? 2;
  return { code, digits, signs: new Set(signs) };
}

type ReadPrice = { minor: number } | { refused: IssueCode };

// A sign may stand before or after; between the digits only what groups them or parts decimals.
const WRITTEN =
  /^([^\d.,'’\s-]*)\s*(-?)\s*([^\d.,'’\s-]*)\s*([\d.,][\d.,'’\s]*?)\s*([^\d.,'’\s-]*)$/;
const PLAIN = /^(\d+)(?:\.(\d+))?$/;
const POINT_ONLY = /^()\.(\d+)$/;
const COMMA = /^(\d+),(\d+)$/;
const COMMA_GROUPS = /^(\d{1,3}(?:,\d{3})+)(?:\.(\d+))?$/;
const POINT_GROUPS = /^(\d{1,3}(?:\.\d{3})+)(?:,(\d+))?$/;

/**
 * Reads `1,299.00`, `1 299,00 €`, `1.299,00`, `12.5`, `1'299.00`, `EUR 12`. What could mean two
 * amounts (`1,299` in a currency with cents) is refused, for one of them is a thousand times wrong.
 */
export function readPrice(text: string, currency: Currency): ReadPrice {
  if (text.length > 40) return { refused: "PRICE_UNREADABLE" };
  const written = WRITTEN.exec(text.replace(/[\u2212\u2012\u2013]/g, "-"));
  if (!written) return { refused: "PRICE_UNREADABLE" };
  const [, before = "", minus, between = "", body = "", after = ""] = written;
  const signs = [before, between, after].filter((sign) => sign !== "");
  if (signs.length > 1) return { refused: "PRICE_UNREADABLE" };
  if (signs.some((sign) => !currency.signs.has(sign.toUpperCase()))) {
    return { refused: isMoneySign(signs[0] ?? "") ? "PRICE_OTHER_CURRENCY" : "PRICE_UNREADABLE" };
  }
  const parts = partsOf(body.replace(/(?<=\d)[\s'’](?=\d{3}(?!\d))/g, ""), currency);
  if ("refused" in parts) return parts;
  const read = minorOf(parts, currency);
  return minus === "-" && "minor" in read && read.minor > 0 ? { refused: "PRICE_NEGATIVE" } : read;
}

interface Parts {
  whole: string;
  decimals: string;
}

function partsOf(digits: string, currency: Currency): Parts | { refused: IssueCode } {
  const plain = PLAIN.exec(digits) ?? POINT_ONLY.exec(digits);
  if (plain) return { whole: plain[1] ?? "", decimals: plain[2] ?? "" };
  const comma = COMMA.exec(digits);
  if (comma) {
    const [, whole = "", decimals = ""] = comma;
    if (decimals.length !== 3) return { whole, decimals };
    // Three digits after the only comma: a thousand, or decimals? Without cents it can only be one.
    const grouped = currency.digits === 0 && whole.length <= 3;
    return grouped ? { whole: whole + decimals, decimals: "" } : { refused: "PRICE_AMBIGUOUS" };
  }
  const groups = COMMA_GROUPS.exec(digits) ?? POINT_GROUPS.exec(digits);
  if (!groups) return { refused: "PRICE_UNREADABLE" };
  return { whole: (groups[1] ?? "").replace(/[.,]/g, ""), decimals: groups[2] ?? "" };
}

function minorOf({ whole, decimals }: Parts, { digits }: Currency): ReadPrice {
  const beyond = decimals.slice(digits);
  // 12.5000 is 12.50 exactly, as some shops write it; but 12.500 may well be twelve thousand.
  const exact = /^0*$/.test(beyond) && (decimals.length !== 3 || digits === 3);
  if (!exact) return { refused: "PRICE_TOO_PRECISE" };
  const minor = Number(whole + decimals.slice(0, digits).padEnd(digits, "0"));
  return minor > LIMITS.priceMinor ? { refused: "PRICE_TOO_LARGE" } : { minor };
}

const isMoneySign = (sign: string): boolean =>
  /^(?:\p{Sc}|[A-Z]{3}|[A-Z]{1,3}\p{Sc})$/iu.test(sign);

/** `129900` EUR as `1299.00`: what `readPrice` reads back to the same amount. */
export function writePrice(minor: number, { digits }: Currency): string {
  const text = String(minor).padStart(digits + 1, "0");
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
