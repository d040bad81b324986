import type { Handles } from "../../../lib/bus.ts";
import type { ListDenials } from "../identity.contract.ts";
import { currentDenials } from "../store/sessions.store.ts";
import type { IdentityService } from "../store/tables.ts";

export const denials: Handles<typeof ListDenials, IdentityService> = async (_, { db }) => {
  const rows = await currentDenials(db.sql, new Date());
  return {
    denials: rows.map(({ accessId, until }) => ({
      sessionId: accessId,
      until: until.toISOString(),
    })),
  };
};
