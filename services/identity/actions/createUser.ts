import { config } from "../../../config.ts";
import type { ActionHandler } from "../../../lib/bus.ts";
import { hashed, judged, makeAccount } from "../flows/accounts.ts";
import { shownUser } from "../flows/shown.ts";
import { type CreateUser, UserNotFound } from "../identity.contract.ts";
import type { IdentityService, Person } from "../store/tables.ts";
import { findPerson } from "../store/users.store.ts";

export const createUser: ActionHandler<typeof CreateUser, IdentityService> = async (
  ctx,
  service,
) => {
  const { db } = service;
  const { claim } = ctx.locals;
  const account = judged({ language: config.language, ...ctx.params });
  const made = await claim?.made();
  if (made !== undefined) return shownUser(await demandPerson(db.sql, made));
  const wanted = await hashed(service, account, ctx.params.password);

  const person = await db.transaction(async (tx) => {
    const sql = db.in(tx);
    const taken = await claim?.take(sql);
    if (taken?.fresh === false && taken.resourceId !== undefined)
      return demandPerson(sql, taken.resourceId);
    const created = await makeAccount(db, tx, wanted);
    await claim?.keep(sql, created.id);
    return created;
  });
  return shownUser(person);
};

/** @throws UserNotFound (404) when the account that the key made is closed. */
async function demandPerson(sql: IdentityService["db"]["sql"], userId: string): Promise<Person> {
  const person = await findPerson(sql, userId);
  if (!person) throw UserNotFound({ userId });
  return person;
}
