import { config } from "../../../config.ts";
import type { ActionHandler } from "../../../lib/bus.ts";
import { hashed, type CheckedAccount, checkAccount, makeAccount } from "../workflows/accounts.ts";
import { renameTo } from "../workflows/profile.ts";
import { AccountExists, type PutUser, UserUpdated } from "../identity.contract.ts";
import type { IdentityService } from "../identity.types.ts";
import { type Account, Users } from "../store/tables.ts";
import { updatePassword } from "../store/users.store.ts";

export const putUser: ActionHandler<typeof PutUser, IdentityService> = async (ctx, service) => {
  const { password } = ctx.params;
  const wanted = checkAccount({ language: config.language, ...ctx.params });
  const there = await Users.findBy(service.db.sql, { email: wanted.email });
  if (there) return adjust(service, there, wanted, password);
  return make(service, wanted, password).catch(async (error: unknown) => {
    // Perhaps the same was put at the same moment, by another node that starts.
    const meanwhile = AccountExists.is(error)
      ? await Users.findBy(service.db.sql, { email: wanted.email })
      : undefined;
    if (!meanwhile) throw error;
    return adjust(service, meanwhile, wanted, password);
  });
};

async function make(
  service: IdentityService,
  wanted: CheckedAccount,
  password: string | undefined,
) {
  const { db } = service;
  const account = await hashed(service, wanted, password);
  const { id } = await db.transaction((tx) => makeAccount(db, tx, account));
  return { userId: id, created: true };
}

/** Makes the account what is wanted, as long as its owner has never signed in. */
async function adjust(
  service: IdentityService,
  there: Account,
  wanted: CheckedAccount,
  password: string | undefined,
) {
  const { db } = service;
  const answer = { userId: there.id, created: false };
  if (there.signedInAt) return answer;
  const passwordHash = await hashFor(service, there, password);
  if (passwordHash === there.passwordHash && !differs(there, wanted)) return answer;

  await db.transaction(async (tx) => {
    const sql = db.in(tx);
    const locked = await Users.lock(sql, there.id);
    if (!locked || locked.signedInAt || locked.passwordHash !== there.passwordHash) return;
    await renameTo(sql, there.id, { firstName: null, lastName: null, ...wanted });
    if (passwordHash !== undefined)
      await updatePassword(sql, there.id, there.passwordHash ?? null, passwordHash);
    db.publish(tx, UserUpdated, { userId: there.id }, there.id);
  });
  return answer;
}

async function hashFor(
  { passwords }: IdentityService,
  { passwordHash }: Account,
  password: string | undefined,
): Promise<string | undefined> {
  if (password === undefined) return passwordHash;
  const same = passwordHash !== undefined && (await passwords.verify(password, passwordHash));
  return same ? passwordHash : passwords.hash(password);
}

const COMPARED = ["username", "roles", "stores", "language", "firstName", "lastName"] as const;
const differs = (there: Account, wanted: CheckedAccount) =>
  COMPARED.some((field) => JSON.stringify(there[field]) !== JSON.stringify(wanted[field]));
