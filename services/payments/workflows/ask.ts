/** Reads a payment's state from its provider, outside any transaction, and applies it. */
import type { Tx } from "../../../lib/sql.ts";
import { isFinal } from "../domain/payment.ts";
import { type Charge, OutcomeUnknown } from "../adapters/provider.ts";
import * as store from "../store/payment.store.ts";
import type { PaymentsService } from "../payments.types.ts";
import { applyCharge } from "./apply.ts";

type Payment = store.Payment;

/**
 * Drives the payment one step: creates, confirms or cancels at its provider what we have written
 * down that we want, or asks. Every command repeats its key, so it may be run again at any moment,
 * by any node. Answers the payment as it then is. @throws OutcomeUnknown
 */
export async function refresh(service: PaymentsService, id: string): Promise<Payment> {
  const { sql } = service.db;
  const payment = await found(store.findPayment(sql, id), id);
  if (isFinal(payment.state)) return payment;
  return drive(service, { payment, attempt: await store.findOpenAttempt(sql, id) });
}

/** A payment as it was just read, and the attempt on it that is not decided yet. */
export interface PaymentWithAttempt {
  readonly payment: Payment;
  readonly attempt: store.Attempt | undefined;
}
type More = (tx: Tx) => Promise<unknown>;

/** Does the same as `refresh`, for a payment just read; `more` joins the change's transaction. */
export async function drive(service: PaymentsService, current: PaymentWithAttempt, more?: More) {
  const { payment, attempt } = current;
  const { id } = payment;
  if (isFinal(payment.state)) return payment;
  if (payment.amountMinor === 0) return settle(service, id, free(payment), more);
  if (service.providers[payment.provider].local) return settle(service, id, undefined, more);
  return settle(service, id, await askProvider(service, payment, attempt), more);
}

/** Does the same as `refresh`; when the provider does not answer, returns the stored payment. */
export async function broughtUpToDate(
  service: PaymentsService,
  id: string,
  asked = refresh(service, id),
): Promise<Payment> {
  const after = await toAnswer(service, asked);
  return after ?? found(store.findPayment(service.db.sql, id), id);
}

/** Resolves to the provider's answer, or undefined without one, which is logged and retried. */
export const toAnswer = <T>(
  { logger }: Pick<PaymentsService, "logger">,
  asking: Promise<T>,
): Promise<T | undefined> =>
  asking.catch((error: unknown) => {
    if (!(error instanceof OutcomeUnknown)) throw error;
    logger.warn("A payment provider gave no answer; it will be asked again.", error);
    return undefined;
  });

/**
 * Applies a charge under the row lock, with `more` in the same transaction. Without a charge, the
 * provider is local and is read there.
 */
export async function settle(
  service: PaymentsService,
  id: string,
  charge?: Charge,
  more?: More,
): Promise<Payment> {
  const { db } = service;
  return db.transaction(async (tx) => {
    const sql = db.in(tx);
    const [payment, attempt] = await Promise.all([
      found(store.lockPayment(sql, id), id),
      charge ? undefined : store.findOpenAttempt(sql, id),
    ]);
    const news = charge ?? (await localNews(service, { payment, attempt }));
    // Sent together, and so read after the change.
    const [applied, after] = await Promise.all([
      news && applyCharge(db, tx, payment, news),
      found(store.findPayment(sql, id), id),
      more?.(tx),
    ]);
    if (applied?.late) db.afterCommit(tx, () => service.jobs.kick("returnLateCaptures"));
    return after;
  });
}

/** Reads the state of an unfinished payment from a local provider. */
const localNews = async (service: PaymentsService, { payment, attempt }: PaymentWithAttempt) =>
  isFinal(payment.state) ? undefined : askProvider(service, payment, attempt);

async function askProvider(
  { providers }: PaymentsService,
  payment: Payment,
  attempt: store.Attempt | undefined,
): Promise<Charge> {
  const provider = providers[payment.provider];
  const made =
    payment.providerId === null && (await provider.create(payment.id, creationOf(payment)));
  const providerId = made ? made.providerId : (payment.providerId ?? "");
  if (payment.closing || payment.nextProvider !== null) return provider.cancel(providerId);
  if (attempt?.state === "sent")
    return provider.confirm(attempt.id, providerId, attempt.simulate ?? undefined);
  return made || provider.get(providerId);
}

const creationOf = ({ id, orderId, currency, amountMinor }: Payment) => ({
  paymentId: id,
  orderId,
  currency,
  amountMinor,
});
/** A payment of nothing needs no provider. */
const free = ({ id, closing }: Payment): Charge => ({
  providerId: `free:${id}`,
  status: closing ? "canceled" : "succeeded",
});

async function found(search: Promise<Payment | undefined>, id: string): Promise<Payment> {
  const payment = await search;
  if (!payment) throw new Error(`There is no payment ${id}.`);
  return payment;
}
