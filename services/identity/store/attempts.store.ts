/** Failed attempts to sign in, for as long as they count. */
import { deleteInBatches } from "../../../lib/delete-in-batches.ts";
import type { Sql } from "../../../lib/sql.ts";
import { v7 } from "uuid";
import { type Failures, LIMITS } from "../domain/lockout.ts";

/** An attempt to sign in: the address, existing or not, the network, and the device if known. */
export interface Attempt {
  readonly account: string;
  readonly ip: string;
  readonly device: string | undefined;
}

const LONGEST_WINDOW_MS = Math.max(...Object.values(LIMITS).map(({ windowMs }) => windowMs));

/** The newest failures, no more of each kind than its limit asks for. */
export async function failuresOf(sql: Sql, attempt: Attempt, now: Date): Promise<Failures> {
  const { account, ip, device } = attempt;
  const since = new Date(now.getTime() - LONGEST_WINDOW_MS);
  const rows = await sql.rows<{ kind: keyof typeof LIMITS; at: Date }>(
    `(select 'accountAndIp' as kind, failed_at as at from login_attempts
       where account = $1 and ip = $2 and failed_at > $4 order by failed_at desc limit $5)
     union all
     (select 'account', failed_at from login_attempts
       where account = $1 and failed_at > $4 order by failed_at desc limit $6)
     union all
     (select 'ip', failed_at from login_attempts
       where ip = $2 and failed_at > $4 order by failed_at desc limit $7)
     union all
     (select 'device', failed_at from login_attempts
       where account = $1 and device = $3::uuid and failed_at > $4
       order by failed_at desc limit $8)`,
    [
      account,
      ip,
      device ?? null,
      since,
      LIMITS.accountAndIp.failures,
      LIMITS.account.failures,
      LIMITS.ip.failures,
      LIMITS.device.failures,
    ],
  );
  const of = (kind: keyof typeof LIMITS) =>
    rows.filter((row) => row.kind === kind).map(({ at }) => at);
  return {
    accountAndIp: of("accountAndIp"),
    account: of("account"),
    ip: of("ip"),
    ...(device !== undefined && { device: of("device") }),
  };
}

export const insertFailure = (sql: Sql, { account, ip, device }: Attempt, at: Date) =>
  sql.run(
    "insert into login_attempts (id, account, ip, device, failed_at) values ($1, $2, $3, $4, $5)",
    [v7(), account, ip, device ?? null, at],
  );

/** Deletes the failures of an owner who has proved who they are. */
export const forgive = (sql: Sql, { account, ip, device }: Attempt) =>
  sql.run("delete from login_attempts where account = $1 and (ip = $2 or device = $3::uuid)", [
    account,
    ip,
    device ?? null,
  ]);

/** Removes what no longer counts: failures, denials, sessions that are long over. */
export async function sweep(sql: Sql, now: Date): Promise<void> {
  const before = (ms: number) => new Date(now.getTime() - ms);
  const expired = [
    { table: "login_attempts", at: "failed_at", until: before(LONGEST_WINDOW_MS) },
    { table: "token_denials", at: "until", until: now },
    { table: "sessions", at: "created_at", until: before(SESSIONS_KEPT_MS) },
  ];
  for (const rows of expired) await deleteInBatches(sql, rows);
}

/** Twice as long as a session can last: its tokens prove a device, and a late thief is seen. */
const SESSIONS_KEPT_MS = 60 * 24 * 60 * 60 * 1_000;
