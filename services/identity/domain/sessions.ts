const SECOND_MS = 1_000;
const DAY_MS = 24 * 60 * 60 * SECOND_MS;

/** A session ends after this time, however active it is. */
export const ABSOLUTE_MS = 30 * DAY_MS;
/** A session ends after this time without a refresh. */
export const IDLE_MS = 7 * DAY_MS;
/**
 * An access token's life: how long a node that has lost bus and Redis may believe an ended session.
 */
export const ACCESS_SECONDS = 600;
/** A sign-in with the second factor counts for refunds, exports and roles for so long. */
const STEP_UP_MS = 5 * 60 * SECOND_MS;

export interface Session {
  readonly startedAt: Date;
  /** When the session's token was last refreshed. */
  readonly seenAt: Date;
  readonly endedAt?: Date | undefined;
  /** When the second factor was last shown. */
  readonly steppedUpAt?: Date | undefined;
}

export type SessionState = "active" | "expired" | "ended";

export function stateOf(session: Session, now: Date): SessionState {
  if (session.endedAt) return "ended";
  return now < expiryOf(session) ? "active" : "expired";
}

/**
 * When the session ends if it is not used again: for the cookie's `Max-Age` and for the sweeper.
 */
export function expiryOf({ startedAt, seenAt }: Pick<Session, "startedAt" | "seenAt">): Date {
  return new Date(Math.min(startedAt.getTime() + ABSOLUTE_MS, seenAt.getTime() + IDLE_MS));
}

/** Returns true if the second factor is recent enough; false in a session that has ended. */
export function isSteppedUp(session: Session, now: Date): boolean {
  const { steppedUpAt } = session;
  if (!steppedUpAt || stateOf(session, now) !== "active") return false;
  return now.getTime() - steppedUpAt.getTime() <= STEP_UP_MS;
}

/**
 * Returns the lifetime in seconds of an access token issued now, bounded by its session's. Zero or
 * less when the session has ended.
 */
export function accessSecondsAt(startedAt: Date, now: Date): number {
  const leftMs = startedAt.getTime() + ABSOLUTE_MS - now.getTime();
  return Math.min(ACCESS_SECONDS, Math.floor(leftMs / SECOND_MS));
}
