import { isUniqueViolation } from "../../../lib/sql.ts";

const TRIES = 5;

/**
 * Somebody else has just committed what we did not see when we looked. It counts as the unique
 * violation that writing would have met.
 */
export class Met extends Error {
  readonly code = "23505";
}

/** Runs a transaction again when it met another one that wrote the same handle or SKU first. */
export async function onceMoreIfMet<T>(work: () => Promise<T>): Promise<T> {
  for (let n = 1; ; n += 1) {
    try {
      return await work();
    } catch (error) {
      if (n >= TRIES || !isUniqueViolation(error)) throw error;
    }
  }
}
