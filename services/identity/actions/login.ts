import type { ActionHandler } from "../../../lib/bus.ts";
import { normaliseEmail } from "../domain/account.ts";
import { hashOfRefreshToken } from "../domain/refresh.ts";
import { isRight } from "../workflows/guard.ts";
import { openSession, signedIn } from "../workflows/sessions.ts";
import { Login, WrongCredentials } from "../identity.contract.ts";
import { knownDevice } from "../store/sessions.store.ts";
import type { IdentityDb, IdentityService } from "../identity.types.ts";
import { type Account, Users } from "../store/tables.ts";
import { updatePassword } from "../store/users.store.ts";

export const login: ActionHandler<typeof Login, IdentityService> = async (ctx, service) => {
  const { db } = service;
  const { password, refreshToken } = ctx.params;
  const email = normaliseEmail(ctx.params.email);
  const account = await Users.findBy(db.sql, { email });
  const device = await deviceOf(db, refreshToken, account);
  const attempt = { account: email, ip: ctx.meta.ip ?? "unknown", device };
  const hash = account?.passwordHash ?? null;
  if (!(await isRight(service, attempt, { password, hash })) || !account || hash === null)
    throw WrongCredentials({});

  const grant = await db.transaction(async (tx) => {
    const person = await Users.lock(db.in(tx), account.id);
    // Closed, or given another password, while this one was judged.
    if (person?.passwordHash !== hash) throw WrongCredentials({});
    return openSession(db, tx, person, ctx.meta);
  });
  await rehash(service, grant.person.id, password, hash);
  return signedIn(Login, ctx.meta, grant);
};

const deviceOf = async (
  db: IdentityDb,
  token: string | undefined,
  account: Account | undefined,
) => {
  const hash = hashOfRefreshToken(token ?? "");
  return account && hash ? knownDevice(db.sql, hash, account.id) : undefined;
};

/** Brings a hash that was made with fewer rounds up to today's. Another time if it fails now. */
async function rehash(service: IdentityService, id: string, password: string, hash: string) {
  const { db, passwords, logger } = service;
  if (!passwords.needsRehash(hash)) return;
  try {
    await updatePassword(db.sql, id, hash, await passwords.hash(password));
  } catch (error) {
    logger.warn("A password could not be hashed anew; it will be at the next sign-in.", error);
  }
}
