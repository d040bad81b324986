/**
 * Refusals that a person can cause. Each has a stable `type`, an HTTP status and a sentence in
 * French and English that says what to do. Ask `OutOfStock.is(error)`, never `instanceof`: an error
 * that has crossed the bus is a new object of another class; only its `type` is the same.
 */
import { Errors } from "moleculer";

export type Language = "fr" | "en";
export type Sentence = Readonly<Record<Language, string>>;

export interface Failure<D extends object> {
  (data: D): Errors.MoleculerClientError;
  readonly type: string;
  readonly status: number;
  readonly sentence: Sentence;
  is(error: unknown): boolean;
}

/** All declared failures by type; the gateway formats them in the caller's language. */
const declared = new Map<string, Failure<never>>();
export const failureOf = (type: string): Failure<never> | undefined => declared.get(type);
/** Returns true if an error's type is one of the declared failures. */
export const isDeclared = (type: string | undefined): boolean =>
  type !== undefined && declared.has(type);
export const allFailures = (): readonly Failure<never>[] => [...declared.values()];

/**
 * Declares a refusal. Words in {braces} are taken from the data. Failures are never retried by the
 * bus (they are client errors): what says no once says no again.
 */
export function failure<D extends object = object>(
  type: string,
  status: number,
  sentence: Sentence,
): Failure<D> {
  const make = (data: D) =>
    new Errors.MoleculerClientError(formatMessage(sentence.en, data), status, type, data);
  const made: Failure<D> = Object.assign(make, {
    type,
    status,
    sentence,
    is: (error: unknown) => error instanceof Error && "type" in error && error.type === type,
  });
  if (declared.has(type)) throw new Error(`The failure ${type} is declared twice; share it.`);
  declared.set(type, made);
  return made;
}

/**
 * Fills the {braces} of a sentence from `data`: texts, numbers, and texts in both languages.
 * Missing values become an ellipsis.
 */
export function formatMessage(
  sentence: string,
  data: object = {},
  language: Language = "en",
): string {
  return sentence.replace(/\{(\w+)\}/g, (_, word: string) => {
    const value = (data as Record<string, unknown>)[word];
    if (typeof value === "string" || typeof value === "number") return String(value);
    const part = (value as Partial<Sentence> | null | undefined)?.[language];
    return typeof part === "string" ? part : "…";
  });
}
