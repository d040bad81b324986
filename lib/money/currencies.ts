/**
 * ISO 4217, list one, as of 1 January 2026 (the Bulgarian lev has gone, XCG and ZWG have come):
 * every code that has a minor unit. Metals, test codes and units without one are not money here.
 * Intl must not be asked instead: its digits are those people are used to (IQD 0), not the
 * standard's.
 */
import { UnknownCurrency } from "./failures.ts";

const CODES: readonly (readonly [exponent: number, codes: string])[] = [
  [0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"],
  [
    2,
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD " +
      "CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL " +
      "GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP " +
      "LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK " +
      "NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD " +
      "SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD " +
      "XCD XCG YER ZAR ZMW ZWG",
  ],
  [3, "BHD IQD JOD KWD LYD OMR TND"],
  [4, "CLF UYW"],
];

const EXPONENTS: ReadonlyMap<string, number> = new Map(
  CODES.flatMap(([exponent, codes]) => codes.split(" ").map((code) => [code, exponent] as const)),
);

/** Every code that `exponentOf` knows, in no particular order. */
export const CURRENCIES: readonly string[] = [...EXPONENTS.keys()];

/**
 * Returns the currency's number of decimals: 2 for EUR, 0 for JPY, 3 for TND. Codes are upper case.
 * @throws UnknownCurrency (422)
 */
export function exponentOf(currency: string): number {
  const exponent = EXPONENTS.get(currency);
  if (exponent === undefined) throw UnknownCurrency({ currency: currency.slice(0, 8) });
  return exponent;
}
