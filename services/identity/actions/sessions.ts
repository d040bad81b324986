import type { ActionHandler } from "../../../lib/bus.ts";
import { DEFAULT_LIMIT, keyOf, pageOf } from "../../../lib/page.ts";
import { expiryOf } from "../domain/sessions.ts";
import type { ListSessions } from "../identity.contract.ts";
import { openSessions, type SessionRow } from "../store/sessions.store.ts";
import type { IdentityService } from "../identity.types.ts";

export const sessions: ActionHandler<typeof ListSessions, IdentityService> = async (
  ctx,
  { db },
) => {
  const { limit = DEFAULT_LIMIT, after } = ctx.params;
  const { id: userId, sessionId: accessId } = ctx.locals.caller;
  const [before] = keyOf(after, "uuid") ?? [];
  const rows = await openSessions(db.sql, userId, {
    before,
    limit: limit + 1,
    now: new Date(),
  });
  return pageOf(rows, limit, {
    key: (row) => [row.id],
    item: (row) => ({ ...toSession(row), current: row.accessId === accessId }),
  });
};

const toSession = ({ id, createdAt, lastSeenAt, agent, ip }: SessionRow) => ({
  id,
  createdAt: createdAt.toISOString(),
  lastSeenAt: lastSeenAt.toISOString(),
  expiresAt: expiryOf({ startedAt: createdAt, seenAt: lastSeenAt }).toISOString(),
  ...(agent !== null && { agent }),
  ...(ip !== null && { ip }),
});
