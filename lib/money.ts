/**
 * Money is a whole number of the currency's smallest unit (12.50 EUR is 1250, 12.500 TND is 12500,
 * 1250 JPY is 1250) and an ISO 4217 code. Here it comes from decimals and goes back to them,
 * without ever passing through a sum of floating-point numbers. All functions are pure.
 */
import { LRUCache } from "lru-cache";
import { exact, safe } from "./money/arithmetic.ts";
import { exponentOf } from "./money/currencies.ts";
import { AmountInvalid, AmountTooLarge, AmountTooPrecise } from "./money/failures.ts";

export {
  allocate,
  roundHalfUp,
  shareOf,
  sum,
  taxExcluded,
  taxIncluded,
  times,
  WHOLE_BASIS_POINTS,
} from "./money/arithmetic.ts";
export { CURRENCIES, exponentOf } from "./money/currencies.ts";
export {
  AmountInvalid,
  AmountTooLarge,
  AmountTooPrecise,
  UnknownCurrency,
} from "./money/failures.ts";

const DECIMAL = /^-?\d{1,40}(?:\.\d{1,40})?$/;
/** Matches the notation that JavaScript uses for very large or very small numbers. */
const SCIENTIFIC = /^-?\d(?:\.\d+)?e([+-])\d+$/;

/**
 * A double holds any decimal of up to 15 significant digits (IEEE 754, DBL_DIG), not every one of
 * 16: 90071992547409.91 arrives as …09.9. Larger amounts must come as text.
 */
const NUMBER_LIMIT_MINOR = 10 ** 15;

/**
 * "899.99" or 899.99 in EUR is 89999. Exact: what has more decimals than the currency is refused,
 * never rounded, and "1.000" EUR too, because it may mean a thousand. A text is digits, a point
 * before the decimals and at most a minus sign in front; a number is taken as JavaScript writes it
 * and must stay below 10^15 minor units, beyond which a double does not hold every cent.
 * @throws AmountInvalid, AmountTooPrecise, AmountTooLarge, UnknownCurrency (all 422)
 */
export function toMinor(amount: number | string, currency: string): number {
  const decimals = exponentOf(currency);
  const text = String(amount);
  const shown = text.slice(0, 40);
  if (typeof amount === "number") {
    const [, sign] = SCIENTIFIC.exec(text) ?? [];
    if (sign === "+") throw AmountTooLarge({});
    if (sign === "-") throw AmountTooPrecise({ amount: shown, currency, decimals });
  }
  if (!DECIMAL.test(text)) throw AmountInvalid({ amount: shown });
  const [whole = "", fraction = ""] = text.split(".");
  if (fraction.length > decimals) throw AmountTooPrecise({ amount: shown, currency, decimals });
  const minor = safe(BigInt(whole + fraction.padEnd(decimals, "0")));
  if (typeof amount === "number" && Math.abs(minor) >= NUMBER_LIMIT_MINOR) throw AmountTooLarge({});
  return minor;
}

/**
 * The amount as a decimal number, for the answers that promise one (`price: 899.99`). It is the
 * double nearest to the amount, so below 10^15 minor units it is written exactly and `toMinor`
 * gives the same amount back; beyond, only the minor units beside it are exact. Never calculate
 * with it.
 * @throws UnknownCurrency, AmountTooLarge (422)
 */
export const toDecimal = (minor: number, currency: string): number =>
  Number(toDecimalText(minor, currency));

/**
 * The amount as plain text with all the currency's decimals ("899.90", "-0.05", "1250" in JPY): for
 * files and other programs. Exact; `toMinor` gives the same amount back.
 * @throws UnknownCurrency, AmountTooLarge (422)
 */
export function toDecimalText(minor: number, currency: string): string {
  const decimals = exponentOf(currency);
  const amount = exact(minor);
  const sign = amount < 0n ? "-" : "";
  const digits = String(amount < 0n ? -amount : amount).padStart(decimals + 1, "0");
  if (decimals === 0) return sign + digits;
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** A formatter is costly to make. Locales may come from outside, so the cache is limited. */
const formatters = new LRUCache<string, Intl.NumberFormat>({ max: 100 });

/**
 * The amount for people, in their way of writing: "899,99 €" in fr, "€899.99" in en (the spaces are
 * no-break ones). Always with the decimals of ISO 4217. @throws UnknownCurrency (422); RangeError
 * for what is not a BCP 47 locale
 */
export function formatMoney(minor: number, currency: string, locale: string): string {
  const text = toDecimalText(minor, currency) as Intl.StringNumericLiteral;
  return formatterFor(currency, locale).format(text);
}

function formatterFor(currency: string, locale: string): Intl.NumberFormat {
  const key = `${currency} ${locale}`;
  const known = formatters.get(key);
  if (known) return known;
  const decimals = exponentOf(currency);
  const made = new Intl.NumberFormat(locale, {
    style: "currency",
    currency,
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  formatters.set(key, made);
  return made;
}
