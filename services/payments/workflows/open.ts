/** Opens and closes the one payment of an order. */
import { v7 } from "uuid";
import type { Sql } from "../../../lib/sql.ts";
import type { ProviderName } from "../contract/shapes.ts";
import { isFinal } from "../domain/payment.ts";
import * as store from "../store/payment.store.ts";
import type { PaymentsService } from "../payments.types.ts";
import { toAnswer, refresh, broughtUpToDate, drive } from "./ask.ts";

type Payment = store.Payment;

interface Opening {
  readonly orderId: string;
  readonly customerId: string;
  readonly storeId?: string | undefined;
  readonly currency: string;
  readonly amountMinor: number;
  readonly provider?: ProviderName | undefined;
}

/** The order's payment, which is made if the order never had one. The provider may not know it yet. */
export async function ensurePayment(service: PaymentsService, opening: Opening): Promise<Payment> {
  // A payment never leaves its order: only the call that may create it needs the order's lock.
  const there = await store.findForOrder(service.db.sql, opening.orderId);
  return there ?? (await makePayment(service, opening)).payment;
}

const makePayment = ({ db }: PaymentsService, opening: Opening): Promise<Made> =>
  db.transaction(async (tx) => {
    const sql = db.in(tx);
    const { orderId, storeId = null, provider = "simulator", ...rest } = opening;
    const before = await lockedOrder(sql, orderId);
    if (before) return { payment: before, made: false };
    const [payment] = await store.insertPayment(sql, {
      id: v7(),
      orderId,
      storeId,
      provider,
      ...rest,
    });
    if (!payment) throw new Error("what was inserted is not there");
    return { payment, made: true };
  });
interface Made {
  readonly payment: Payment;
  /** True if this call created it. */
  readonly made: boolean;
}

/** Reads the payment that counts for the order, under the order's lock. */
const lockedOrder = async (sql: Sql, orderId: string): Promise<Payment | undefined> => {
  const [, payment] = await Promise.all([
    store.lockOrder(sql, orderId),
    store.findForOrder(sql, orderId),
  ]);
  return payment;
};

/** Opens it at the provider too. A payment that is open already is not asked about. */
export async function openPayment(service: PaymentsService, opening: Opening): Promise<Payment> {
  const { payment, made } = await makePayment(service, opening);
  if (payment.state !== "created") return payment;
  const { id } = payment;
  if (!made) return broughtUpToDate(service, id);
  return broughtUpToDate(service, id, drive(service, { payment, attempt: undefined }));
}

/**
 * Stores that the order must not be paid any more, then calls the provider, which decides. An order
 * without a payment gets a closed one, which refuses a later opening.
 */
export async function closePayment(service: PaymentsService, orderId: string): Promise<Payment> {
  const { db } = service;
  const payment = await db.transaction(async (tx) => {
    const sql = db.in(tx);
    const before = await lockedOrder(sql, orderId);
    if (!before) await store.insertTombstone(sql, v7(), orderId);
    else await store.setClosing(sql, before.id);
    return before ?? (await store.findForOrder(sql, orderId));
  });
  if (!payment) throw new Error("what was inserted is not there");
  if (isFinal(payment.state)) return payment;
  const after = await broughtUpToDate(service, payment.id);
  if (after.state !== "closed") return after;
  // A payment that had just been closed in favour of another provider: the new one is closed too.
  const current = await store.findForOrder(db.sql, orderId);
  return current && current.state !== "closed" ? closePayment(service, orderId) : after;
}

/**
 * Switches the order's payment to `provider`: the present one is cancelled at its provider first,
 * and only when that has confirmed is the other created. Returns the payment that then counts.
 */
export async function switchProvider(
  service: PaymentsService,
  payment: Payment,
  provider: ProviderName,
): Promise<Payment> {
  const { db } = service;
  const asked = await store.setNextProvider(db.sql, payment.id, provider);
  // Without an answer the request stays stored: the poller retries and creates the other payment.
  const after = asked === 1 ? await toAnswer(service, refresh(service, payment.id)) : undefined;
  // Too late to cancel: the present payment continues.
  if (after && !isFinal(after.state)) await store.setNextProvider(db.sql, payment.id, null);
  return (await store.findForOrder(db.sql, payment.orderId)) ?? payment;
}
