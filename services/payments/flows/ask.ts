/** Asks a payment's provider where it stands, outside any transaction, and applies the answer. */
import type { Tx } from "../../../lib/sql.ts";
import { isFinal } from "../domain/payment.ts";
import { type Charge, OutcomeUnknown } from "../providers/provider.ts";
import * as store from "../store/payment.store.ts";
import type { PaymentsService } from "../store/tables.ts";
import { applyCharge } from "./apply.ts";

type Payment = store.Payment;

/**
 * Drives the payment one step: creates, confirms or cancels at its provider what we have written
 * down that we want, or asks. Every command repeats its key, so it may be run again at any moment,
 * by any node. Answers the payment as it then is. @throws OutcomeUnknown
 */
export async function bringUpToDate(service: PaymentsService, id: string): Promise<Payment> {
  const { db, providers } = service;
  const before = await found(store.findPayment(db.sql, id), id);
  if (isFinal(before.state)) return before;

  if (before.amountMinor === 0) return settle(service, id, free(before));
  if (providers[before.provider].local) return settle(service, id);
  const attempt = await store.findOpenAttempt(db.sql, id);
  return settle(service, id, await askProvider(service, before, attempt));
}

/** As `bringUpToDate`; when the provider does not answer, the payment as we know it. */
export async function broughtUpToDate(service: PaymentsService, id: string): Promise<Payment> {
  const after = await answered(bringUpToDate(service, id));
  return after ?? found(store.findPayment(service.db.sql, id), id);
}

/** What a provider was asked; undefined when nobody knows. */
export const answered = <T>(asking: Promise<T>): Promise<T | undefined> =>
  asking.catch((error: unknown) => {
    if (error instanceof OutcomeUnknown) return undefined;
    throw error;
  });

/**
 * Applies a charge under the row lock, with `more` in the same transaction. Without a charge, the
 * provider is local and is asked there.
 */
export async function settle(
  service: PaymentsService,
  id: string,
  charge?: Charge,
  more?: (tx: Tx) => Promise<unknown>,
): Promise<Payment> {
  const { db } = service;
  return db.transaction(async (tx) => {
    const sql = db.in(tx);
    const payment = await found(store.lockPayment(sql, id), id);
    const asked = async () =>
      askProvider(service, payment, await store.findOpenAttempt(sql, payment.id));
    if (charge || !isFinal(payment.state)) {
      const { late } = await applyCharge(db, tx, payment, charge ?? (await asked()));
      if (late) db.afterCommit(tx, service.kickRefunds);
    }
    await more?.(tx);
    return found(store.findPayment(sql, id), id);
  });
}

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
/** Nothing is due: nobody has to be asked for it. */
const free = ({ id, closing }: Payment): Charge => ({
  providerId: `free:${id}`,
  status: closing ? "canceled" : "succeeded",
});

async function found(search: Promise<Payment | undefined>, id: string): Promise<Payment> {
  const payment = await search;
  if (!payment) throw new Error(`There is no payment ${id}.`);
  return payment;
}
