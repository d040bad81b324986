/** Handles events that cannot be read or processed, for now or for ever. */
import { saveDeadLetter } from "../lib/dead-letters.ts";
import type { Envelope } from "../lib/feed.ts";
import {
  type Lease,
  moveCursor,
  noteTrouble,
  type CursorState,
  claimCursor,
  type Trouble,
} from "../lib/feed-cursor.ts";
import type { Consumer } from "./feed-effects.ts";

const MAX_TRIES = 8;
const FIRST_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 60_000;
/** The producer or the database is away: it may be back at any moment. */
const MAX_PASSING_BACKOFF_MS = 3_000;

/** Only failed reactions count: a failed fetch says nothing about the event. */
const triesOf = (cursor: CursorState, trouble: Trouble): number =>
  (cursor.trouble === trouble ? cursor.tries : 0) + 1;
export const isLastTry = (cursor: CursorState): boolean => triesOf(cursor, "react") >= MAX_TRIES;

interface Noted {
  readonly cursor: CursorState;
  readonly trouble: Trouble;
  readonly error: unknown;
  /** The event's name, if the portion has only one. */
  readonly name?: string | undefined;
}

/** Notes on the cursor, for operators, why it does not move. Answers after how long to try again. */
export async function note(
  { db, logger }: Consumer,
  producer: string,
  { cursor, trouble, error, name = `Events of ${producer}` }: Noted,
): Promise<number> {
  const tries = triesOf(cursor, trouble);
  const most = trouble === "react" ? MAX_BACKOFF_MS : MAX_PASSING_BACKOFF_MS;
  const waitMs = Math.min(most, FIRST_BACKOFF_MS * 2 ** tries);
  const what = trouble === "read" ? "read" : "reacted to";
  logger.warn(`${name} could not be ${what} (${tries}).`, error);
  const noted = { trouble, waitMs, error: textOf(error) };
  await noteTrouble(db.sql, producer, cursor.position, noted);
  return waitMs;
}

/** Puts aside the event after `position`. Returns true if the follower continues. */
export async function putAside(
  { db, logger }: Consumer,
  event: Envelope,
  {
    producer,
    position,
    error,
    lease,
  }: { producer: string; position: number; error: unknown; lease: Lease },
): Promise<boolean> {
  logger.error(`${event.name} at ${event.position} of ${producer} is put aside.`, error);
  return db.transaction(async (tx) => {
    if (!(await claimCursor(db.in(tx), producer, position))) return false;
    await saveDeadLetter(db.in(tx), producer, event, textOf(error), MAX_TRIES);
    await moveCursor(db.in(tx), producer, { from: position, to: event.position }, lease);
    return true;
  });
}

const textOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
