/** The simulator's own rows. Only its own transactions touch them. */
import { config } from "../../../../config.ts";
import { backoff, type DueRows } from "../../../../lib/job-queue.ts";
import type { Sql } from "../../../../lib/sql.ts";
import type { Scenario } from "../../contract/shapes.ts";
import type { ChargeStatus } from "../../domain/payment.ts";

export interface Intent {
  readonly id: string;
  readonly paymentId: string;
  readonly currency: string;
  readonly amountMinor: number;
  readonly status: ChargeStatus;
  readonly chargeId: string | null;
  readonly scenario: Scenario;
  readonly decideAt: Date | null;
}
export interface Attempt {
  readonly key: string;
  readonly state: "processing" | "succeeded" | "declined";
  readonly reason: string | null;
}
export interface Refund {
  readonly id: string;
  readonly intentId: string;
  readonly status: "pending" | "succeeded" | "failed";
  readonly reason: string | null;
}

const INTENT = `id, payment_id as "paymentId", currency, amount as "amountMinor", status,
  charge_id as "chargeId", scenario, decide_at as "decideAt"`;

/** Returns the default scenario for all payments. Production has none, so it is not read there. */
export async function defaultScenario(sql: Sql): Promise<Scenario> {
  if (config.production) return {};
  const row = await sql.row<{ scenario: Scenario }>("select scenario from simulator_setting");
  return row?.scenario ?? {};
}
export const setDefaultScenario = (sql: Sql, scenario: Scenario): Promise<number> =>
  sql.run("update simulator_setting set scenario = $1", [JSON.stringify(scenario)]);

/** Counts a call that is to time out; the number of times it has by now. */
export async function countTimeout(sql: Sql, key: string, call: string): Promise<number> {
  const row = await sql.row<{ n: number }>(
    `insert into simulator_timeout (key, call, n) values ($1, $2, 1)
     on conflict (key, call) do update set n = simulator_timeout.n + 1 returning n`,
    [key, call],
  );
  return row?.n ?? 0;
}

export async function scenarioOf(sql: Sql, intentId: string): Promise<Scenario> {
  if (config.production) return {};
  const row = await sql.row<{ scenario: Scenario }>(
    "select scenario from simulator_intent where id = $1",
    [intentId],
  );
  return row?.scenario ?? {};
}

interface NewIntent {
  readonly id: string;
  readonly key: string;
  readonly paymentId: string;
  readonly currency: string;
  readonly amountMinor: number;
}
/** The intent that this key made, now or before. */
export const createIntent = (sql: Sql, intent: NewIntent): Promise<Intent | undefined> =>
  sql.row<Intent>(
    `insert into simulator_intent (id, key, payment_id, currency, amount, status)
     values ($1, $2, $3, $4, $5, 'open')
     on conflict (key) do update set key = excluded.key returning ${INTENT}`,
    [intent.id, intent.key, intent.paymentId, intent.currency, intent.amountMinor],
  );
/** Reads an intent with its latest attempt, in one snapshot. */
export const lookAt = (
  sql: Sql,
  id: string,
): Promise<(Intent & { readonly attempt: Attempt | null }) | undefined> =>
  sql.row(
    `select ${INTENT}, (select json_build_object('key', a.key, 'state', a.state, 'reason', a.reason)
       from simulator_attempt a where a.intent_id = i.id order by a.n desc limit 1) as attempt
     from simulator_intent i where id = $1`,
    [id],
  );

/** The row in which confirmations and cancellations are put in order. */
export const lockIntent = (sql: Sql, id: string): Promise<Intent | undefined> =>
  sql.row<Intent>(`select ${INTENT} from simulator_intent where id = $1 for update`, [id]);

export const updateIntent = (sql: Sql, intent: Intent): Promise<number> =>
  sql.run(
    `update simulator_intent set status = $2, charge_id = $3, scenario = $4, decide_at = $5
     where id = $1`,
    [intent.id, intent.status, intent.chargeId, JSON.stringify(intent.scenario), intent.decideAt],
  );

/** Intents and refunds whose late answer is due. */
export const dueIntents = (sql: Sql): Promise<{ id: string }[]> =>
  sql.rows("select id from simulator_intent where decide_at <= now() order by decide_at limit 100");
export const dueRefunds = (sql: Sql): Promise<{ key: string; intentId: string }[]> =>
  sql.rows(
    `select key, intent_id as "intentId" from simulator_refund where status = 'pending' and decide_at <= now()
     order by decide_at limit 100`,
  );

export const findAttempt = (sql: Sql, key: string): Promise<Attempt | undefined> =>
  sql.row<Attempt>("select key, state, reason from simulator_attempt where key = $1", [key]);
export const latestAttempt = (sql: Sql, intentId: string): Promise<Attempt | undefined> =>
  sql.row<Attempt>(
    `select key, state, reason from simulator_attempt where intent_id = $1
     order by n desc limit 1`,
    [intentId],
  );
export const insertAttempt = (
  sql: Sql,
  intentId: string,
  { key, state, reason }: Attempt,
): Promise<number> =>
  sql.run("insert into simulator_attempt (key, intent_id, state, reason) values ($1, $2, $3, $4)", [
    key,
    intentId,
    state,
    reason,
  ]);
export const decideAttempt = (
  sql: Sql,
  intentId: string,
  { state, reason }: Omit<Attempt, "key">,
): Promise<number> =>
  sql.run(
    `update simulator_attempt set state = $2, reason = $3
     where intent_id = $1 and state = 'processing'`,
    [intentId, state, reason],
  );

const REFUND = `id, intent_id as "intentId", status, reason`;
export const findRefund = (sql: Sql, key: string): Promise<Refund | undefined> =>
  sql.row<Refund>(`select ${REFUND} from simulator_refund where key = $1 for update`, [key]);
export async function refundedOf(sql: Sql, intentId: string): Promise<number> {
  const row = await sql.row<{ amount: number }>(
    `select coalesce(sum(amount), 0)::bigint as amount from simulator_refund
     where intent_id = $1 and status <> 'failed'`,
    [intentId],
  );
  return row?.amount ?? 0;
}
export const insertRefund = (
  sql: Sql,
  key: string,
  { id, intentId, status, reason }: Refund,
  { amountMinor, decideAt }: { amountMinor: number; decideAt: Date | null },
): Promise<number> =>
  sql.run(
    `insert into simulator_refund (id, key, intent_id, amount, status, reason, decide_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [id, key, intentId, amountMinor, status, reason, decideAt],
  );
/** Decides a late refund whose moment has come. */
export const settleRefund = (sql: Sql, key: string): Promise<number> =>
  sql.run(
    `update simulator_refund set status = 'succeeded', decide_at = null
     where key = $1 and status = 'pending' and decide_at <= now()`,
    [key],
  );

/** Queues the same message for each of `delaysMs` from now. */
export const queueWebhooks = (sql: Sql, body: string, delaysMs: readonly number[]) =>
  sql.run(
    `insert into simulator_webhook (body, deliver_at)
     select $1, now() + d * interval '1 millisecond' from unnest($2::int[]) as d`,
    [body, delaysMs],
  );
export interface Webhook {
  readonly id: number;
  readonly body: string;
}
/** Messages that have not been taken: again after 5 s, twofold up to 5 min. */
export const DUE_WEBHOOKS: DueRows = {
  table: "simulator_webhook",
  key: ["id"],
  open: "true",
  dueAt: "deliver_at",
  putOff: `tries = tries + 1, deliver_at = ${backoff(5, 300)}`,
  returning: "id, body",
};
export const deleteWebhook = (sql: Sql, id: number): Promise<number> =>
  sql.run("delete from simulator_webhook where id = $1", [id]);
