import { config } from "../../../config.ts";
import type { Handles } from "../../../lib/bus.ts";
import { claimKey, keepAnswer, seenKey } from "../../../lib/idempotency.ts";
import { NotAllowed } from "../../../middlewares/allow.middleware.ts";
import { hashed, judged, makeAccount } from "../flows/accounts.ts";
import { shownUser } from "../flows/shown.ts";
import { CreateUser, type User } from "../identity.contract.ts";
import type { IdentityService } from "../store/tables.ts";

export const createUser: Handles<typeof CreateUser, IdentityService> = async (ctx, service) => {
  const { db } = service;
  const { caller } = ctx.locals;
  if (caller.scope !== "any") throw NotAllowed({ needs: CreateUser.allow });
  const account = judged({ language: config.language, ...ctx.params });
  // Not the password: what is kept of a request is a quick hash, which would give it away.
  const { password, ...request } = ctx.params;
  const { key } = ctx.meta;
  const claim = key === undefined ? undefined : { principal: caller.id, key, request };
  const seen = claim && (await seenKey<User>(db.sql, claim));
  if (seen?.answer) return seen.answer;
  const wanted = await hashed(service, account, password);

  return db.transaction(async (tx) => {
    const sql = db.in(tx);
    const claimed = claim && (await claimKey<User>(sql, claim));
    if (claimed && !claimed.fresh && claimed.answer) return claimed.answer;
    const made = shownUser(await makeAccount(db, tx, wanted));
    if (claim) await keepAnswer(sql, claim, { answer: made });
    return made;
  });
};
