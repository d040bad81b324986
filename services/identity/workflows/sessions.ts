/** Begins and ends sessions. */
import { guestSha256 } from "../../../lib/guest-token.ts";
import { randomUUID } from "node:crypto";
import type { ServiceBroker } from "moleculer";
import { v7 } from "uuid";
import { config } from "../../../config.ts";
import type { Meta } from "../../../lib/bus.ts";
import type { Action, Result } from "../../../lib/contract.ts";
import { keys } from "../../../lib/principal.ts";
import { signToken } from "../../../lib/token.ts";
import { newRefreshToken } from "../domain/refresh.ts";
import { ACCESS_SECONDS, accessSecondsAt } from "../domain/sessions.ts";
import {
  SESSIONS_REVOKED,
  type Login,
  SessionRevoked,
  UserLoggedIn,
} from "../identity.contract.ts";
import * as store from "../store/sessions.store.ts";
import type { IdentityDb } from "../identity.types.ts";
import type { Account } from "../store/tables.ts";
import type { Tx } from "../../../lib/sql.ts";
import { noteSignIn } from "../store/users.store.ts";
import { messageOf, toUser } from "./toUser.ts";

type SignedIn = Result<typeof Login>;

export interface Grant {
  readonly person: Account;
  readonly session: Pick<store.SessionRow, "accessId" | "createdAt">;
  readonly refreshToken: string;
}

/** Opens a session of `person`, whose row the transaction has locked, and publishes it. */
export async function openSession(db: IdentityDb, tx: Tx, person: Account, meta: Meta) {
  const sql = db.in(tx);
  const session = {
    id: v7(),
    userId: person.id,
    accessId: randomUUID(),
    agent: meta.agent?.slice(0, 255) || null,
    ip: meta.ip?.slice(0, 64) || null,
    createdAt: new Date(),
  };
  const { token, hash } = newRefreshToken();
  await store.insertSession(sql, session);
  await store.insertToken(sql, hash, session.id, session.createdAt);
  await noteSignIn(sql, person.id, session.createdAt);
  const guest = guestSha256(meta.guestToken)?.toString("hex");
  const asGuest = guest === undefined ? {} : { guestTokenSha256: guest };
  db.publish(tx, UserLoggedIn, { userId: person.id, ...asGuest }, person.id);
  return { person, session, refreshToken: token };
}

/** Builds the answer to a sign-in, with an access token signed now. */
export function signedIn(contract: Pick<Action, "message">, meta: Meta, grant: Grant): SignedIn {
  const { person, session, refreshToken } = grant;
  const now = new Date();
  const expiresIn = Math.max(0, accessSecondsAt(session.createdAt, now));
  const request = {
    typ: "at+jwt",
    issuer: config.jwt.issuer,
    audience: "api",
    subject: person.id,
    ttlSeconds: expiresIn,
    claims: {
      sid: session.accessId,
      roles: person.roles,
      ...(person.stores.length > 0 && { stores: person.stores }),
    },
  } as const;
  const token = signToken(keys, request, now.getTime());
  return {
    success: true,
    message: messageOf(contract, meta),
    token,
    accessToken: token,
    refreshToken,
    expiresIn,
    user: toUser(person),
  };
}

interface Ending {
  readonly userId: string;
  /** One session by its id or by the `sid` of its access tokens, all but one, or all. */
  readonly which: { sessionId?: string; accessId?: string; except?: string };
  readonly reason: string;
}

/** Ends sessions: their tokens are refused everywhere once the transaction has committed. */
export async function end(
  { db, broker }: { db: IdentityDb; broker: ServiceBroker },
  tx: Tx,
  { userId, which, reason }: Ending,
): Promise<number> {
  const ended = await store.endSessions(db.in(tx), userId, which, { at: new Date(), reason });
  for (const { id: sessionId } of ended)
    db.publish(tx, SessionRevoked, { userId, sessionId, reason }, userId);
  await revoke({ db, broker }, tx, ended);
  return ended.length;
}

/** Longer than clocks may differ when tokens are verified. */
const LEEWAY_MS = 60_000;

/** Refuses the access tokens that sessions were given before the transaction. */
export async function revoke(
  { db, broker }: { db: IdentityDb; broker: ServiceBroker },
  tx: Tx,
  sessions: readonly { accessId: string }[],
): Promise<void> {
  if (sessions.length === 0) return;
  const until = new Date(Date.now() + ACCESS_SECONDS * 1_000 + LEEWAY_MS);
  const accessIds = sessions.map(({ accessId }) => accessId);
  await store.insertRevocations(db.in(tx), accessIds, until);
  const denials = accessIds.map((sessionId) => ({ sessionId, until: until.toISOString() }));
  db.afterCommit(tx, () => void broker.broadcast(SESSIONS_REVOKED, { denials }));
}
