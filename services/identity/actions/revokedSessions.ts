import type { ActionHandler } from "../../../lib/bus.ts";
import { keyOf, pageOf } from "../../../lib/page.ts";
import type { ListRevokedSessions } from "../identity.contract.ts";
import { currentRevocations } from "../store/sessions.store.ts";
import type { IdentityService } from "../identity.types.ts";

const AT_ONCE = 10_000;

export const revokedSessions: ActionHandler<typeof ListRevokedSessions, IdentityService> = async (
  ctx,
  { db },
) => {
  const after = keyOf(ctx.params.after, "uuid")?.[0];
  const rows = await currentRevocations(db.sql, { now: new Date(), after, limit: AT_ONCE + 1 });
  const { items, next } = pageOf(rows, AT_ONCE, {
    key: ({ accessId }) => [accessId],
    item: ({ accessId, until }) => ({ sessionId: accessId, until: until.toISOString() }),
  });
  return { denials: items, ...(next !== undefined && { next }) };
};
