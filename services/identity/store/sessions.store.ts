/** Sessions, their refresh tokens, and the access tokens that are refused. */
import type { Sql } from "../../../lib/sql.ts";
import { ABSOLUTE_MS, IDLE_MS } from "../domain/sessions.ts";

export interface SessionRow {
  readonly id: string;
  readonly userId: string;
  readonly accessId: string;
  readonly agent: string | null;
  readonly ip: string | null;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly endedAt: Date | null;
}
const SESSION = `id, user_id as "userId", access_id as "accessId", agent, ip,
  created_at as "createdAt", last_seen_at as "lastSeenAt", ended_at as "endedAt"`;

type NewSession = Omit<SessionRow, "lastSeenAt" | "endedAt">;

export const insertSession = (sql: Sql, session: NewSession) =>
  sql.run(
    `insert into sessions (id, user_id, access_id, agent, ip, created_at, last_seen_at)
     values ($1, $2, $3, $4, $5, $6, $6)`,
    [session.id, session.userId, session.accessId, session.agent, session.ip, session.createdAt],
  );

/** Lists those that have neither ended nor expired at `now`, the newest first. */
export const openSessions = (
  sql: Sql,
  userId: string,
  { before, limit, now }: { before: string | undefined; limit: number; now: Date },
) =>
  sql.rows<SessionRow>(
    `select ${SESSION} from sessions
     where user_id = $1 and ended_at is null and ($2::uuid is null or id < $2)
       and created_at > $4 and last_seen_at > $5
     order by id desc limit $3`,
    [
      userId,
      before ?? null,
      limit,
      new Date(now.getTime() - ABSOLUTE_MS),
      new Date(now.getTime() - IDLE_MS),
    ],
  );

/** Ends sessions of a person: one, all but the one whose access tokens have this `sid`, or all. */
export const endSessions = (
  sql: Sql,
  userId: string,
  which: { sessionId?: string; accessId?: string; except?: string },
  { at, reason }: { at: Date; reason: string },
) =>
  sql.rows<{ id: string; accessId: string }>(
    `update sessions set ended_at = $5, reason = $6
     where user_id = $1 and ended_at is null and ($2::uuid is null or id = $2)
       and ($3::uuid is null or access_id = $3) and ($4::uuid is null or access_id <> $4)
     returning id, access_id as "accessId"`,
    [userId, which.sessionId ?? null, which.accessId ?? null, which.except ?? null, at, reason],
  );

/** Gives a person's open sessions new `sid`s, and returns the old ones. */
export const renameSessions = (sql: Sql, userId: string) =>
  sql.rows<{ id: string; accessId: string }>(
    `with before as materialized (
       select id, access_id from sessions where user_id = $1 and ended_at is null for update
     )
     update sessions s set access_id = gen_random_uuid() from before
     where s.id = before.id returning s.id, before.access_id as "accessId"`,
    [userId],
  );

export const insertRevocations = (sql: Sql, accessIds: readonly string[], until: Date) =>
  sql.run(
    `insert into token_denials (access_id, until) select id, $2 from unnest($1::uuid[]) as t (id)
     on conflict (access_id) do update set until = greatest(token_denials.until, excluded.until)`,
    [accessIds, until],
  );

export const currentRevocations = (
  sql: Sql,
  { now, after, limit }: { now: Date; after: string | undefined; limit: number },
) =>
  sql.rows<{ accessId: string; until: Date }>(
    `select access_id as "accessId", until from token_denials
     where until > $1 and ($2::uuid is null or access_id > $2) order by access_id limit $3`,
    [now, after ?? null, limit],
  );

export const insertToken = (sql: Sql, hash: string, sessionId: string, at: Date) =>
  sql.run("insert into refresh_tokens (hash, session_id, issued_at) values ($1, $2, $3)", [
    hash,
    sessionId,
    at,
  ]);

/** All that happens to the tokens of a session happens under this lock. */
export const lockSessionOf = (sql: Sql, hash: string): Promise<SessionRow | undefined> =>
  sql.row<SessionRow>(
    `select ${SESSION} from sessions
     where id = (select session_id from refresh_tokens where hash = $1) for update`,
    [hash],
  );

interface TokenRow {
  readonly issuedAt: Date;
  readonly rotatedAt: Date | null;
  readonly successorHash: string | null;
  readonly successorUsed: boolean;
}
/** Must be read under the session's lock. */
export const findToken = (sql: Sql, hash: string): Promise<TokenRow | undefined> =>
  sql.row<TokenRow>(
    `select t.issued_at as "issuedAt", t.rotated_at as "rotatedAt",
       t.successor_hash as "successorHash", n.rotated_at is not null as "successorUsed"
     from refresh_tokens t left join refresh_tokens n on n.hash = t.successor_hash
     where t.hash = $1`,
    [hash],
  );

/** Notes the one successor. None changed: it was used already. */
export const rotateToken = (sql: Sql, hash: string, successorHash: string, at: Date) =>
  sql.run(
    `update refresh_tokens set rotated_at = $3, successor_hash = $2
     where hash = $1 and rotated_at is null`,
    [hash, successorHash, at],
  );

export const seeSession = (sql: Sql, id: string, at: Date) =>
  sql.run("update sessions set last_seen_at = $2 where id = $1 and ended_at is null", [id, at]);

/** Returns this person's session to which a token was ever issued: it identifies the device. */
export const knownDevice = async (sql: Sql, hash: string, userId: string) =>
  (
    await sql.row<{ id: string }>(
      `select s.id from refresh_tokens t join sessions s on s.id = t.session_id
       where t.hash = $1 and s.user_id = $2`,
      [hash, userId],
    )
  )?.id;
