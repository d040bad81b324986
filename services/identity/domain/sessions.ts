/** How long a sign-in lasts on a device, and what ends it. */

const SECOND_MS = 1_000;
const DAY_MS = 24 * 60 * 60 * SECOND_MS;

/** Nobody stays signed in for longer, however often they come. */
export const ABSOLUTE_MS = 30 * DAY_MS;
/** Nobody stays signed in who has not come for so long. */
export const IDLE_MS = 7 * DAY_MS;
/**
 * An access token's life: how long a node that has lost bus and Redis may believe an ended session.
 */
export const ACCESS_SECONDS = 600;
/** How long a sign-in with the second factor counts for refunds, exports and roles. */
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

/** Whether the second factor is fresh enough for what needs it; never in a session that is over. */
export function isSteppedUp(session: Session, now: Date): boolean {
  const { steppedUpAt } = session;
  if (!steppedUpAt || stateOf(session, now) !== "active") return false;
  return now.getTime() - steppedUpAt.getTime() <= STEP_UP_MS;
}

/**
 * How long an access token given now may last: no longer than the session itself could.
 * Zero or less when it is over.
 */
export function accessSecondsAt(startedAt: Date, now: Date): number {
  const leftMs = startedAt.getTime() + ABSOLUTE_MS - now.getTime();
  return Math.min(ACCESS_SECONDS, Math.floor(leftMs / SECOND_MS));
}
