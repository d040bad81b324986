/** Two transactions that wrote the same unique value at the same moment: the later one runs again. */
import { isUniqueViolation } from "./sql.ts";

const TRIES = 5;

/**
 * Another transaction has just committed what this one did not see when it looked. It counts as the
 * unique violation that writing would have met.
 */
export class Conflict extends Error {
  readonly code = "23505";
}

/**
 * Runs a transaction again when it met a unique violation: what the other one wrote is seen then, and
 * refused with a sentence or used. After five tries the violation itself is thrown.
 */
export async function retryOnConflict<T>(transaction: () => Promise<T>): Promise<T> {
  for (let n = 1; ; n += 1) {
    try {
      return await transaction();
    } catch (error) {
      if (n >= TRIES || !isUniqueViolation(error)) throw error;
    }
  }
}
