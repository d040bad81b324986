/** Payments and the attempts to pay them. */
import { loads } from "../../../lib/access.ts";
import type { DueRows } from "../../../lib/job-queue.ts";
import type { Sql } from "../../../lib/sql.ts";
import type { ProviderName, Scenario } from "../contract/shapes.ts";
import type { AttemptState, PaymentState } from "../domain/payment.ts";
import type { PaymentsService } from "../payments.types.ts";

export interface Payment {
  readonly id: string;
  readonly orderId: string;
  /** Null only in a tombstone. */
  readonly customerId: string | null;
  readonly storeId: string | null;
  readonly provider: ProviderName;
  readonly providerId: string | null;
  readonly chargeId: string | null;
  readonly currency: string;
  readonly amountMinor: number;
  readonly state: PaymentState;
  readonly refundedMinor: number;
  readonly refundPendingMinor: number;
  readonly reason: string | null;
  readonly closing: boolean;
  readonly nextProvider: ProviderName | null;
  readonly polls: number;
  readonly createdAt: Date;
  readonly capturedAt: Date | null;
  readonly closedAt: Date | null;
}
export interface Attempt {
  readonly id: string;
  readonly paymentId: string;
  readonly payerId: string;
  readonly state: AttemptState;
  readonly reason: string | null;
  readonly simulate: Scenario | null;
}

export const COLUMNS = `id, order_id as "orderId", customer_id as "customerId",
  store_id as "storeId", provider, provider_id as "providerId", charge_id as "chargeId", currency,
  amount as "amountMinor", state, refunded as "refundedMinor",
  refund_pending as "refundPendingMinor", reason, closing, next_provider as "nextProvider", polls,
  created_at as "createdAt", captured_at as "capturedAt", closed_at as "closedAt"`;
const ATTEMPT = `id, payment_id as "paymentId", payer_id as "payerId", state, reason, simulate`;

/** One transaction at a time decides whether an order has a payment. */
export const lockOrder = (sql: Sql, orderId: string): Promise<object[]> =>
  sql.rows("select pg_advisory_xact_lock(hashtextextended($1, 0))", [orderId]);

/** The payment that counts for the order: the live or captured one, else the last closed. */
export const findForOrder = (sql: Sql, orderId: string): Promise<Payment | undefined> =>
  sql.row<Payment>(
    `select ${COLUMNS} from payment where order_id = $1
     order by (state <> 'closed') desc, id desc limit 1`,
    [orderId],
  );
export const findPayment = (sql: Sql, id: string): Promise<Payment | undefined> =>
  sql.row<Payment>(`select ${COLUMNS} from payment where id = $1`, [id]);
export const lockPayment = (sql: Sql, id: string): Promise<Payment | undefined> =>
  sql.row<Payment>(`select ${COLUMNS} from payment where id = $1 for update`, [id]);

type NewPayment = Pick<
  Payment,
  "id" | "orderId" | "customerId" | "storeId" | "provider" | "currency" | "amountMinor"
>;
export const insertPayment = (sql: Sql, made: NewPayment): Promise<Payment[]> =>
  sql.rows<Payment>(
    `insert into payment
       (id, order_id, customer_id, store_id, provider, currency, amount, state, due_at)
     values ($1, $2, $3, $4, $5, $6, $7, 'created', now() + interval '20 seconds')
     returning ${COLUMNS}`,
    [
      made.id,
      made.orderId,
      made.customerId,
      made.storeId,
      made.provider,
      made.currency,
      made.amountMinor,
    ],
  );
/** A later opening finds this tombstone. XXX is ISO 4217's "no currency". */
export const insertTombstone = (sql: Sql, id: string, orderId: string): Promise<number> =>
  sql.run(
    `insert into payment (id, order_id, provider, currency, amount, state, reason, closed_at, due_at)
     values ($1, $2, 'simulator', 'XXX', 0, 'closed', 'closed before it was opened',
       clock_timestamp(), 'infinity')`,
    [id, orderId],
  );

interface Move {
  readonly from: PaymentState;
  readonly to: PaymentState;
  readonly chargeId?: string | undefined;
  readonly reason?: string | undefined;
}
/** Moves the payment if its state is still the one that was read. */
export const movePayment = (sql: Sql, id: string, move: Move): Promise<number> =>
  sql.run(
    `update payment set state = $3, polls = 0,
       due_at = case when $3 <> 'closed' then due_at
         when provider_id is null or provider = 'cash' or amount = 0 then 'infinity'
         else now() + interval '1 minute' end,
       charge_id = coalesce($4, charge_id),
       reason = coalesce($5, reason),
       captured_at = case when $3 = 'captured' then clock_timestamp() end,
       closed_at = case when $3 = 'closed' then clock_timestamp() end
     where id = $1 and state = $2`,
    [id, move.from, move.to, move.chargeId ?? null, move.reason ?? null],
  );
export const keepProviderId = (sql: Sql, id: string, providerId: string): Promise<number> =>
  sql.run("update payment set provider_id = $2 where id = $1 and provider_id is null", [
    id,
    providerId,
  ]);
export const setClosing = (sql: Sql, id: string): Promise<number> =>
  sql.run(
    `update payment set closing = true, next_provider = null, polls = 0, due_at = now()
     where id = $1 and state in ('created', 'open', 'processing')`,
    [id],
  );
export const setNextProvider = (sql: Sql, id: string, next: ProviderName | null) =>
  sql.run(
    `update payment set next_provider = $2, polls = 0, due_at = now() + interval '2 seconds'
     where id = $1 and state in ('created', 'open', 'processing') and not closing`,
    [id, next],
  );

export const insertAttempt = (
  sql: Sql,
  { id, paymentId, payerId, simulate }: Omit<Attempt, "state" | "reason">,
): Promise<number> =>
  sql.run(
    `with made as (
       insert into attempt (id, payment_id, payer_id, state, simulate)
       values ($1, $2, $3, 'sent', $4)
     ) update payment set polls = 0, due_at = now() + interval '2 seconds' where id = $2`,
    [id, paymentId, payerId, simulate && JSON.stringify(simulate)],
  );
export const findAttempt = (sql: Sql, id: string): Promise<Attempt | undefined> =>
  sql.row<Attempt>(`select ${ATTEMPT} from attempt where id = $1`, [id]);
/** The attempt that is not decided yet, if there is one. */
export const findOpenAttempt = (sql: Sql, paymentId: string): Promise<Attempt | undefined> =>
  sql.row<Attempt>(
    `select ${ATTEMPT} from attempt where payment_id = $1 and state in ('sent', 'processing')`,
    [paymentId],
  );
export const findSucceededAttempt = (sql: Sql, paymentId: string): Promise<Attempt | undefined> =>
  sql.row<Attempt>(`select ${ATTEMPT} from attempt where payment_id = $1 and state = 'succeeded'`, [
    paymentId,
  ]);
/** Decides an attempt, once. */
export const moveAttempt = (
  sql: Sql,
  id: string,
  { paymentId, state, reason }: { paymentId: string; state: AttemptState; reason?: string },
): Promise<number> =>
  sql.run(
    `update attempt set state = $3, reason = $4,
       ended_at = case when $3 in ('succeeded', 'declined') then clock_timestamp() end
     where id = $1 and payment_id = $2 and state in ('sent', 'processing') and state <> $3`,
    [id, paymentId, state, reason ?? null],
  );
/** Ends attempts that were under way when the payment ended: they can no longer succeed. */
export const endAttempts = (sql: Sql, paymentId: string, reason: string): Promise<number> =>
  sql.run(
    `update attempt set state = 'declined', reason = $2, ended_at = clock_timestamp()
     where payment_id = $1 and state in ('sent', 'processing')`,
    [paymentId, reason],
  );

/**
 * Payments that are due to be asked about: again after 2 s when something is under way, else 20 s, twofold
 * up to 5 minutes. A closed one too, ever more seldom, for three days: its provider may yet take money
 * for it, and the webhook that says so may be lost.
 */
export const DUE_PAYMENTS: DueRows = {
  table: "payment",
  key: ["id"],
  open: `state <> 'captured' and (state <> 'closed' or (provider <> 'cash' and amount > 0))`,
  dueAt: "due_at",
  putOff: `polls = polls + 1,
    due_at = case when closed_at < now() - interval '3 days' then 'infinity' else now() end
      + case when state = 'closed' then least(21600, 60 * power(2, least(polls, 10)))
      else least(300, power(2, least(polls, 10)) * case
        when closing or next_provider is not null or exists (select 1 from attempt a
          where a.payment_id = payment.id and a.state in ('sent', 'processing')) then 2
        else 20 end) end * interval '1 second'`,
  returning: `id, state, provider, provider_id as "providerId"`,
};
export type DuePayment = Pick<Payment, "id" | "state" | "provider" | "providerId">;

/** Loads a payment for the check of access. A tombstone has no owner: it only blocks a payment. */
export const paymentLoader = loads(
  async ({ db }: PaymentsService, id) => {
    const payment = await findPayment(db.sql, id);
    return payment?.customerId === null ? undefined : payment;
  },
  ({ customerId, storeId }) => ({ ownerId: customerId, storeIds: [storeId] }),
);
