/**
 * Limits password guessing. It counts failures, not tries, so frequent sign-ins lock nobody out; a
 * device on which the person has signed in before is counted by itself, so that a stranger's
 * guessing cannot lock them out (OWASP, "device cookies").
 */
import { failure } from "../../../lib/contract.ts";

export const TooManyAttempts = failure<{ retryAfterSeconds: number }>("TOO_MANY_ATTEMPTS", 429, {
  en: "Too many failed attempts. Try again in {retryAfterSeconds} s, or reset your password.",
  fr: "Trop d'échecs. Réessayez dans {retryAfterSeconds} s ou réinitialisez votre mot de passe.",
});

interface Limit {
  readonly failures: number;
  readonly windowMs: number;
}

const MINUTE_MS = 60_000;

/** security.md §2, S6. The store need not remember more than this many failures, nor for longer. */
export const LIMITS = {
  accountAndIp: { failures: 10, windowMs: 15 * MINUTE_MS },
  account: { failures: 100, windowMs: 60 * MINUTE_MS },
  ip: { failures: 50, windowMs: 60 * MINUTE_MS },
  device: { failures: 10, windowMs: 15 * MINUTE_MS },
} as const satisfies Readonly<Record<string, Limit>>;

type Counted = keyof typeof LIMITS;

/**
 * When failures happened, in any order; older ones than the window do no harm. `account` is counted
 * for unknown names too, or the difference would tell which exist. `device` is there only if the
 * device has proved that this account signed in with it, and then the other three do not count.
 */
export type Failures = Readonly<Record<Exclude<Counted, "device">, readonly Date[]>> & {
  readonly device?: readonly Date[];
};

/**
 * Lets an attempt pass, to be asked before the password is looked at. Attempts at the same moment
 * see the same failures: the store holds a lock on the account, or accepts as many more as there
 * are at once (the pool of passwords lets few be).
 * @throws TooManyAttempts (429) with the seconds until the next attempt will pass, rounded up.
 */
export function assertMayTry(failures: Failures, now: Date): void {
  const counted = failures.device
    ? [freeAt(failures.device, LIMITS.device)]
    : (["accountAndIp", "account", "ip"] as const).map((of) => freeAt(failures[of], LIMITS[of]));
  const waitMs = Math.max(...counted) - now.getTime();
  if (waitMs > 0) throw TooManyAttempts({ retryAfterSeconds: Math.ceil(waitMs / 1_000) });
}

/** The moment from which there are fewer failures in the window than the limit. */
function freeAt(failedAt: readonly Date[], { failures, windowMs }: Limit): number {
  const newestFirst = failedAt.map((at) => at.getTime()).sort((a, b) => b - a);
  const decisive = newestFirst[failures - 1];
  return decisive === undefined ? -Infinity : decisive + windowMs;
}
