import type { ActionHandler } from "../../../lib/bus.ts";
import { assertAnotherAdministrator } from "../workflows/administrators.ts";
import { end } from "../workflows/sessions.ts";
import { type CloseUser, UserDeleted, UserNotFound } from "../identity.contract.ts";
import type { IdentityService } from "../identity.types.ts";
import { Users } from "../store/tables.ts";
import { closeAccount, eraseTraces } from "../store/users.store.ts";

export const closeUser: ActionHandler<typeof CloseUser, IdentityService> = async (ctx, service) => {
  const { db } = service;
  const { userId } = ctx.params;
  await db.transaction(async (tx) => {
    const sql = db.in(tx);
    const account = await Users.lock(sql, userId);
    if (!account) throw UserNotFound({ userId });
    await assertAnotherAdministrator(sql, account, []);
    await closeAccount(sql, userId, new Date());
    await end(service, tx, { userId, which: {}, reason: "account_closed" });
    await eraseTraces(sql, account);
    db.publish(tx, UserDeleted, { userId }, userId);
  });
  return { userId };
};
