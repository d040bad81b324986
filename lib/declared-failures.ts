/** Checks that an action throws only failures that its contract, or the platform, declares. */
import { NotAllowed, NotSignedIn } from "./access.ts";
import type { Action } from "./contract.ts";
import { type Failure, failureOf } from "./failure.ts";
import { KeyInvalid, KeyReused } from "./idempotency.ts";
import { CursorInvalid } from "./page.ts";
import { TokenExpired, TokenInvalid } from "./token.ts";
import { InvalidInput } from "./validator.ts";

/** All refusals of an action, those of the platform first. Faults of the platform (5xx) are none. */
export const failuresOf = (action: Action): Failure<never>[] => [
  InvalidInput,
  ...(action.allow === "public" ? [] : [NotSignedIn]),
  ...(action.allow.includes(".") ? [NotAllowed] : []),
  ...(action.params["after"] ? [CursorInvalid] : []),
  ...(action.idempotency ? [KeyReused, KeyInvalid] : []),
  ...(action.failures ?? []),
];

/** A refusal that the contract does not declare: clients cannot know of it, so it is a fault of ours. */
class UndeclaredFailure extends Error {
  constructor(action: string, type: string, cause: unknown) {
    super(`${action} refuses with ${type}, which its contract does not declare.`, { cause });
    this.name = "UndeclaredFailure";
  }
}

/**
 * Throws UndeclaredFailure when `run` refuses in a way that the contract does not declare. For
 * development and tests: in production the refusal itself reaches the caller.
 */
export function refusingUndeclared<Args extends unknown[]>(
  contract: Action,
  run: (...args: Args) => Promise<unknown>,
): (...args: Args) => Promise<unknown> {
  let declared: ReadonlySet<string> | undefined;
  return async (...args) => {
    try {
      return await run(...args);
    } catch (error) {
      const { type = "" } = error as { type?: string };
      const failure = failureOf(type);
      // Contracts are complete when the first call comes, not when the action is bound.
      declared ??= new Set(
        [...failuresOf(contract), TokenInvalid, TokenExpired].map((one) => one.type),
      );
      if (failure && failure.status < 500 && !declared.has(type))
        throw new UndeclaredFailure(contract.name, type, error);
      throw error;
    }
  };
}
