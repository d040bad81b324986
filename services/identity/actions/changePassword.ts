import type { ActionHandler } from "../../../lib/bus.ts";
import { isRight } from "../workflows/guard.ts";
import { end } from "../workflows/sessions.ts";
import { done } from "../workflows/toUser.ts";
import { ChangePassword, PasswordWrong, SessionEnded } from "../identity.contract.ts";
import { checkPassword } from "../adapters/passwords/policy.ts";
import type { IdentityService } from "../identity.types.ts";
import { Users } from "../store/tables.ts";
import { updatePassword } from "../store/users.store.ts";

export const changePassword: ActionHandler<typeof ChangePassword, IdentityService> = async (
  ctx,
  service,
) => {
  const { db, passwords } = service;
  const { current, next } = ctx.params;
  const { id: userId, sessionId: except } = ctx.locals.caller;
  const account = await Users.find(db.sql, userId);
  if (!account) throw SessionEnded({});
  checkPassword(next, account);
  const attempt = { account: account.email, ip: ctx.meta.ip ?? "unknown", device: undefined };
  const hash = account.passwordHash ?? null;
  if (!(await isRight(service, attempt, { password: current, hash }))) throw PasswordWrong({});

  const nextHash = await passwords.hash(next);
  await db.transaction(async (tx) => {
    // Another change came first, and the checked password is no longer the present one.
    if ((await updatePassword(db.in(tx), userId, hash, nextHash)) !== 1) throw PasswordWrong({});
    await end(service, tx, { userId, which: { except }, reason: "password_changed" });
  });
  return done(ChangePassword, ctx.meta);
};
