import type { ActionHandler } from "../../../lib/bus.ts";
import { keys } from "../../../lib/principal.ts";
import { decide, hashOfRefreshToken, sameSuccessor, successorOf } from "../domain/refresh.ts";
import { end, type Grant, signedIn } from "../workflows/sessions.ts";
import { Refresh, SessionEnded, TokenReuseDetected } from "../identity.contract.ts";
import * as store from "../store/sessions.store.ts";
import type { IdentityDb, IdentityService } from "../identity.types.ts";
import { Users } from "../store/tables.ts";
import type { Tx } from "../../../lib/sql.ts";

const successorKeys = keys.derived("refresh");

export const refresh: ActionHandler<typeof Refresh, IdentityService> = async (ctx, service) => {
  const { refreshToken } = ctx.params;
  const hash = hashOfRefreshToken(refreshToken);
  if (hash === undefined) throw SessionEnded({});
  // A thief is refused, but what ends the session must be committed: so not thrown in there.
  const grant = await service.db.transaction((tx) => granted(service, tx, refreshToken, hash));
  if (!grant) throw SessionEnded({});
  return signedIn(Refresh, ctx.meta, grant);
};

/** The session and its next token, under the session's lock; undefined when it is over. */
async function granted(
  service: IdentityService,
  tx: Tx,
  token: string,
  hash: string,
): Promise<Grant | undefined> {
  const { db } = service;
  const sql = db.in(tx);
  const session = await store.lockSessionOf(sql, hash);
  const row = await store.findToken(sql, hash);
  const person = session && (await Users.find(sql, session.userId));
  if (!session || !row || !person) return undefined;

  const now = new Date();
  const decision = decide(
    {
      issuedAt: row.issuedAt,
      familyStartedAt: session.createdAt,
      rotatedAt: row.rotatedAt ?? undefined,
      successorUsed: row.successorUsed,
      revokedAt: session.endedAt ?? undefined,
    },
    now,
  );
  if (decision === "reuse") await endFamily(service, tx, session);
  const next =
    decision === "rotate"
      ? await rotated(db, tx, { token, hash, sessionId: session.id, now })
      : decision === "replay"
        ? sameSuccessor(token, row.successorHash ?? "", successorKeys)?.token
        : undefined;
  return next === undefined ? undefined : { person, session, refreshToken: next };
}

async function rotated(
  db: IdentityDb,
  tx: Tx,
  used: { token: string; hash: string; sessionId: string; now: Date },
): Promise<string | undefined> {
  const { token, hash, sessionId, now } = used;
  const sql = db.in(tx);
  const [newest] = successorKeys;
  if (!newest) throw new Error("There is no key to make refresh tokens with.");
  const successor = successorOf(token, newest);
  if ((await store.rotateToken(sql, hash, successor.hash, now)) !== 1) return undefined;
  await store.insertToken(sql, successor.hash, sessionId, now);
  await store.seeSession(sql, sessionId, now);
  return successor.token;
}

/** A token was copied: the session ends for both the thief and the owner. */
async function endFamily(service: IdentityService, tx: Tx, session: store.SessionRow) {
  const { id: sessionId, userId } = session;
  await end(service, tx, { userId, which: { sessionId }, reason: "token_reuse" });
  service.db.publish(tx, TokenReuseDetected, { userId, sessionId }, userId);
}
