/** Judges passwords, no oftener than `domain/lockout.ts` allows. */
import type { PasswordPool } from "../adapters/passwords/pool.ts";
import { PasswordsBusy } from "../adapters/passwords/threads.ts";
import { assertMayTry } from "../domain/lockout.ts";
import { type Attempt, failuresOf, forgive, insertFailure } from "../store/attempts.store.ts";
import type { IdentityService } from "../identity.types.ts";

interface Credentials {
  readonly password: string;
  /** Null without a password or an account: it costs as much work, and never matches. */
  readonly hash: string | null;
}

/**
 * Returns true if the password is right. A node checks attempts on one account from one address one
 * after the other, so that concurrent ones get no more guesses than the limit.
 * @throws TooManyAttempts (429), PasswordsBusy (503), PasswordTooLong (400)
 */
export const isRight = (
  { db, passwords }: IdentityService,
  attempt: Attempt,
  credentials: Credentials,
): Promise<boolean> =>
  oneAfterTheOther(`${attempt.account}\n${attempt.ip}`, async () => {
    assertMayTry(await failuresOf(db.sql, attempt, new Date()), new Date());
    const right = await compare(passwords, credentials);
    if (right) await forgive(db.sql, attempt);
    else await insertFailure(db.sql, attempt, new Date());
    return right;
  });

const compare = (passwords: PasswordPool, { password, hash }: Credentials): Promise<boolean> =>
  hash === null ? passwords.verifyUnknown(password) : passwords.verify(password, hash);

interface Lane {
  length: number;
  last: Promise<unknown>;
}
const lanes = new Map<string, Lane>();
const LONGEST_LANE = 50;

async function oneAfterTheOther<T>(name: string, work: () => Promise<T>): Promise<T> {
  const lane = lanes.get(name) ?? { length: 0, last: Promise.resolve() };
  if (lane.length >= LONGEST_LANE) throw PasswordsBusy({ retryAfterSeconds: 5 });
  lanes.set(name, lane);
  lane.length += 1;
  const mine = lane.last.then(work);
  lane.last = mine.catch(() => undefined);
  try {
    return await mine;
  } finally {
    lane.length -= 1;
    if (lane.length === 0) lanes.delete(name);
  }
}
