/** Executes reactions to events: each effect in one transaction with the move of the cursor. */
import type { Service } from "moleculer";
import { runInContext } from "../lib/request-context.ts";
import { saveDeadLetter } from "../lib/dead-letters.ts";
import type { Envelope } from "../lib/feed.ts";
import { type Lease, moveCursor, claimCursor } from "../lib/feed-cursor.ts";
import type { Tx } from "../lib/sql.ts";
import type { DatabaseService } from "./database.mixin.ts";

export type Consumer = DatabaseService & { leaving: boolean };
export type Run = (event: Envelope<never>, tx: Tx, service: never) => Promise<void>;
export type Reactions = ReadonlyMap<string, Run>;

interface Portion {
  readonly producer: string;
  /** The cursor's position before and after it. */
  readonly position: number;
  readonly to: number;
  readonly events: readonly Envelope[];
  readonly lease: Lease;
}
interface Failed {
  readonly error: unknown;
  /** Index of the event whose reaction threw; undefined when the transaction itself failed. */
  readonly index: number | undefined;
}

/** All of a portion's events and the cursor in one transaction. "taken" if another node was quicker. */
export async function reactTo(
  service: Consumer,
  known: Reactions,
  { producer, position, to, events, lease }: Portion,
): Promise<"done" | "taken" | Failed> {
  const { db } = service;
  let index: number | undefined;
  try {
    return await db.transaction(async (tx) => {
      index = undefined;
      if (!(await claimCursor(db.in(tx), producer, position))) return "taken";
      for (const [i, event] of events.entries()) {
        index = i;
        await reactToOne(service, known, { producer, event, tx });
      }
      index = undefined;
      await moveCursor(db.in(tx), producer, { from: position, to }, lease);
      return "done";
    });
  } catch (error) {
    return { error, index };
  }
}

async function reactToOne(
  service: Consumer,
  known: Reactions,
  { producer, event, tx }: { producer: string; event: Envelope; tx: Tx },
): Promise<void> {
  const { name, traceId, actor, omittedBytes } = event;
  if (omittedBytes !== undefined) return putAsideOversized(service, { producer, event, tx });
  const run = known.get(name);
  if (!run) return;
  await runInContext({ traceId, actor, action: `on.${name}` }, () =>
    run(event as Envelope<never>, tx, service as Service as never),
  );
}

/** Puts an oversized event aside at once: only its head has come, and retrying would not help. */
async function putAsideOversized(
  { db, logger }: Consumer,
  { producer, event, tx }: { producer: string; event: Envelope; tx: Tx },
): Promise<void> {
  const reason =
    `${event.name} at ${event.position} of ${producer} has ${event.omittedBytes} bytes, which is more than ` +
    `the bus carries in one message.`;
  await saveDeadLetter(db.in(tx), producer, event, reason, 1);
  db.afterCommit(tx, () => logger.error(`${reason} It is put aside without its data.`));
}
