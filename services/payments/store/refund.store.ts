/** Refunds, and late captures on their way back. */
import { backoff, type DueRows } from "../../../lib/job-queue.ts";
import type { Sql } from "../../../lib/sql.ts";

export type RefundState = "requested" | "sent" | "succeeded" | "failed";
export interface Refund {
  readonly id: string;
  readonly paymentId: string;
  readonly amountMinor: number;
  readonly state: RefundState;
  readonly reason: string;
  readonly failure: string | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}
interface LateCapture {
  readonly id: string;
  readonly paymentId: string;
  readonly chargeId: string;
  readonly amountMinor: number;
  readonly state: RefundState;
}
const REFUND = `id, payment_id as "paymentId", amount as "amountMinor", state, reason, failure,
  created_at as "createdAt", ended_at as "endedAt"`;
const LATE = `id, payment_id as "paymentId", charge_id as "chargeId", amount as "amountMinor",
  state`;

/** Sets the amount aside on the payment; 0 rows if there is not so much left. */
export const setAside = (sql: Sql, paymentId: string, amountMinor: number): Promise<number> =>
  sql.run(
    `update payment set refund_pending = refund_pending + $2
     where id = $1 and state = 'captured' and refunded + refund_pending + $2 <= amount`,
    [paymentId, amountMinor],
  );
/** Turns a set-aside amount into a refund, or frees it. */
export const resolveAside = (
  sql: Sql,
  paymentId: string,
  { amountMinor, given }: { amountMinor: number; given: boolean },
): Promise<number> =>
  sql.run(
    `update payment set refund_pending = refund_pending - $2,
       refunded = refunded + case when $3 then $2::bigint else 0 end
     where id = $1 and refund_pending >= $2`,
    [paymentId, amountMinor, given],
  );

interface NewRefund {
  readonly id: string;
  readonly paymentId: string;
  readonly amountMinor: number;
  readonly reason: string;
  readonly requestedBy: string | undefined;
  readonly commandId: string | undefined;
}
export const insertRefund = (sql: Sql, refund: NewRefund): Promise<number> =>
  sql.run(
    `insert into refund
       (id, payment_id, amount, state, reason, requested_by, command_id, due_at)
     values ($1, $2, $3, 'requested', $4, $5, $6, now() + interval '2 seconds')`,
    [
      refund.id,
      refund.paymentId,
      refund.amountMinor,
      refund.reason,
      refund.requestedBy ?? null,
      refund.commandId ?? null,
    ],
  );
export const findRefund = (sql: Sql, id: string): Promise<Refund | undefined> =>
  sql.row<Refund>(`select ${REFUND} from refund where id = $1`, [id]);
export const lockRefund = (sql: Sql, id: string): Promise<Refund | undefined> =>
  sql.row<Refund>(`select ${REFUND} from refund where id = $1 for update`, [id]);
export const findByCommand = (sql: Sql, commandId: string): Promise<Refund | undefined> =>
  sql.row<Refund>(`select ${REFUND} from refund where command_id = $1`, [commandId]);
export const refundsOf = (sql: Sql, paymentId: string): Promise<Refund[]> =>
  sql.rows<Refund>(`select ${REFUND} from refund where payment_id = $1 order by id limit 1000`, [
    paymentId,
  ]);

interface Outcome {
  readonly state: RefundState;
  readonly pspId: string;
  readonly failure?: string | undefined;
}
export const moveRefund = (sql: Sql, id: string, outcome: Outcome): Promise<number> =>
  sql.run(
    `update refund set state = $2, psp_id = $3, failure = $4,
       ended_at = case when $2 in ('succeeded', 'failed') then clock_timestamp() end
     where id = $1 and state in ('requested', 'sent')`,
    [id, outcome.state, outcome.pspId, outcome.failure ?? null],
  );

/** 0 rows if this charge was written down before. */
export const insertLateCapture = (
  sql: Sql,
  { id, paymentId, chargeId, amountMinor }: Omit<LateCapture, "state">,
): Promise<number> =>
  sql.run(
    `insert into late_capture (id, payment_id, charge_id, amount, state)
     values ($1, $2, $3, $4, 'requested') on conflict (payment_id, charge_id) do nothing`,
    [id, paymentId, chargeId, amountMinor],
  );
export const findLateCapture = (sql: Sql, id: string): Promise<LateCapture | undefined> =>
  sql.row<LateCapture>(`select ${LATE} from late_capture where id = $1`, [id]);
export const moveLateCapture = (sql: Sql, id: string, outcome: Outcome): Promise<number> =>
  sql.run(
    `update late_capture set state = $2, psp_id = $3, failure = $4,
       ended_at = case when $2 in ('succeeded', 'failed') then clock_timestamp() end
     where id = $1 and state in ('requested', 'sent')`,
    [id, outcome.state, outcome.pspId, outcome.failure ?? null],
  );

const dueIn = (table: "refund" | "late_capture"): DueRows => ({
  table,
  key: ["id"],
  open: "state in ('requested', 'sent')",
  dueAt: "due_at",
  putOff: `tries = tries + 1, due_at = ${backoff(2, 300)}`,
  returning: "id",
});
export const DUE_REFUNDS = dueIn("refund");
export const DUE_LATE_CAPTURES = dueIn("late_capture");
