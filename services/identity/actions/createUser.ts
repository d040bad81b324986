import { config } from "../../../config.ts";
import type { ActionHandler } from "../../../lib/bus.ts";
import { hashed, checkAccount, makeAccount } from "../workflows/accounts.ts";
import { toUser } from "../workflows/toUser.ts";
import { type CreateUser, UserNotFound } from "../identity.contract.ts";
import type { IdentityService } from "../identity.types.ts";
import { type Account, Users } from "../store/tables.ts";

export const createUser: ActionHandler<typeof CreateUser, IdentityService> = async (
  ctx,
  service,
) => {
  const { db } = service;
  const { claim } = ctx.locals;
  const account = checkAccount({ language: config.language, ...ctx.params });
  const made = await claim?.made();
  if (made !== undefined) return toUser(await assertPerson(db.sql, made));
  const wanted = await hashed(service, account, ctx.params.password);

  const person = await db.transaction(async (tx) => {
    const sql = db.in(tx);
    const taken = await claim?.take(sql);
    if (taken?.fresh === false && taken.resourceId !== undefined)
      return assertPerson(sql, taken.resourceId);
    const created = await makeAccount(db, tx, wanted);
    await claim?.keep(sql, created.id);
    return created;
  });
  return toUser(person);
};

/** @throws UserNotFound (404) when the account that the key made is closed. */
async function assertPerson(sql: IdentityService["db"]["sql"], userId: string): Promise<Account> {
  const person = await Users.find(sql, userId);
  if (!person) throw UserNotFound({ userId });
  return person;
}
