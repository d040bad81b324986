import { config } from "../../../config.ts";
import type { ActionHandler } from "../../../lib/bus.ts";
import { assertFree, hashed, checkAccount, makeAccount } from "../workflows/accounts.ts";
import { openSession, signedIn } from "../workflows/sessions.ts";
import { Register } from "../identity.contract.ts";
import type { IdentityService } from "../identity.types.ts";

export const register: ActionHandler<typeof Register, IdentityService> = async (ctx, service) => {
  const { db } = service;
  const { password } = ctx.params;
  const account = checkAccount({ language: ctx.meta.language ?? config.language, ...ctx.params });
  await assertFree(db.sql, account);
  const wanted = await hashed(service, account, password);

  const grant = await db.transaction(async (tx) =>
    openSession(db, tx, await makeAccount(db, tx, wanted), ctx.meta),
  );
  return signedIn(Register, ctx.meta, grant);
};
