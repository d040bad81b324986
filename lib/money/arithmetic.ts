/**
 * Sums, shares and taxes of amounts in minor units. Inside, everything is a bigint; what comes out
 * is a number that JavaScript holds exactly, or AmountTooLarge (422). An amount that is not whole
 * is a fault of the program and throws RangeError. All functions are pure.
 */
import { AmountTooLarge } from "./failures.ts";

/** An amount with and without its tax: `netMinor + taxMinor = grossMinor`, always. */
interface TaxSplit {
  readonly netMinor: number;
  readonly taxMinor: number;
  readonly grossMinor: number;
}

/** 100 % in basis points. */
export const WHOLE_BASIS_POINTS = 10_000;
const WHOLE = BigInt(WHOLE_BASIS_POINTS);

/** Σ of the amounts; 0 for none. @throws AmountTooLarge (422) */
export function sum(amounts: readonly number[]): number {
  return safe(amounts.reduce((total, amount) => total + exact(amount), 0n));
}

/** `count` times the amount. @throws AmountTooLarge (422) */
export const times = (amountMinor: number, count: number): number =>
  safe(exact(amountMinor) * exact(count));

/**
 * The nearest whole number to a fraction. A half goes away from zero, so that what is taken back is
 * to the cent what was given. @throws AmountTooLarge (422); RangeError when the denominator is 0
 */
export function roundHalfUp(numerator: bigint, denominator: bigint): number {
  const negative = numerator < 0n !== denominator < 0n;
  const size = (2n * absolute(numerator) + absolute(denominator)) / (2n * absolute(denominator));
  return safe(negative ? -size : size);
}

/** `basisPoints` hundredths of a percent of the amount, half up: 10 % of 0.05 EUR is 0.01 EUR. */
export const shareOf = (amountMinor: number, basisPoints: number): number =>
  roundHalfUp(exact(amountMinor) * notNegative(basisPoints), WHOLE);

/** The tax inside an amount that includes it: gross × rate ÷ (1 + rate), half up. */
export function taxIncluded(grossMinor: number, rateBasisPoints: number): TaxSplit {
  const rate = notNegative(rateBasisPoints);
  const taxMinor = roundHalfUp(exact(grossMinor) * rate, WHOLE + rate);
  return { netMinor: sum([grossMinor, -taxMinor]), taxMinor, grossMinor };
}

/** The tax on top of an amount that is without it: net × rate, half up. */
export function taxExcluded(netMinor: number, rateBasisPoints: number): TaxSplit {
  const taxMinor = shareOf(netMinor, rateBasisPoints);
  return { netMinor, taxMinor, grossMinor: sum([netMinor, taxMinor]) };
}

/**
 * Splits an amount in proportion to weights, to the last minor unit: Σ of the parts is the total.
 * What is left after rounding down goes, one unit each, to the largest remainders and among equals
 * to the first (Hamilton's method). So no part is further than one unit from its exact share, none
 * exceeds its weight while the total does not exceed theirs, and a weight of 0 gets nothing.
 * Weights that are all 0 count as equal. A negative total is split like the positive one, with the
 * sign turned.
 * @throws RangeError for a negative weight, or when there is something to split and nobody to get
 * it
 */
export function allocate(totalMinor: number, weights: readonly number[]): number[] {
  const total = exact(totalMinor);
  const size = absolute(total);
  if (weights.length === 0 && size > 0n) throw new RangeError("There is nobody to allocate to.");
  const exactWeights = weights.map(notNegative);
  const given = exactWeights.reduce((all, weight) => all + weight, 0n);
  const all = given === 0n ? BigInt(weights.length) : given;
  const parts = exactWeights.map((weight, index) => {
    const share = size * (given === 0n ? 1n : weight);
    return { index, floor: share / all, remainder: share % all };
  });
  const left = Number(size - parts.reduce((done, { floor }) => done + floor, 0n));
  const ranked = parts.toSorted(
    (a, b) =>
      Number(b.remainder > a.remainder) - Number(b.remainder < a.remainder) || a.index - b.index,
  );
  const roundedUp = new Set(ranked.slice(0, left).map(({ index }) => index));
  return parts.map(({ index, floor }) => {
    const part = roundedUp.has(index) ? floor + 1n : floor;
    return safe(total < 0n ? -part : part);
  });
}

/** An amount as a bigint. @throws AmountTooLarge (422) beyond 2^53 − 1; RangeError if not whole */
export function exact(amountMinor: number): bigint {
  if (Number.isSafeInteger(amountMinor)) return BigInt(amountMinor);
  if (Number.isInteger(amountMinor)) throw AmountTooLarge({});
  throw new RangeError(`${amountMinor} is not a whole number of minor units.`);
}

/** A bigint as a number. @throws AmountTooLarge (422) beyond 2^53 − 1 */
export function safe(amount: bigint): number {
  if (absolute(amount) > BigInt(Number.MAX_SAFE_INTEGER)) throw AmountTooLarge({});
  return Number(amount);
}

function notNegative(value: number): bigint {
  const whole = exact(value);
  if (whole < 0n) throw new RangeError(`${value} must not be negative.`);
  return whole;
}

const absolute = (value: bigint): bigint => (value < 0n ? -value : value);
