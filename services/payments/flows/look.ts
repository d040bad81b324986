/** What is done again and again: open payments are asked about, told events understood. */
import { isLateCapture } from "../domain/payment.ts";
import { answered, bringUpToDate, settle } from "./ask.ts";
import { driveRefund } from "./refunds.ts";
import { findMeant, type KeptEvent, markProcessed, takeEvents } from "../store/event.store.ts";
import { type DuePayment, takeDue } from "../store/payment.store.ts";
import type { PaymentsService } from "../store/tables.ts";

const AT_ONCE = 50;

/** Asks about payments that are due: also without webhooks, each ends as its provider decided. */
export async function pollDue(service: PaymentsService): Promise<void> {
  const { db, logger } = service;
  for (const due of await takeDue(db.sql, AT_ONCE))
    await answered(lookAt(service, due)).catch((error: unknown) =>
      logger.warn(`Payment ${due.id} could not be asked about; it will be later.`, error),
    );
}

/** A closed one is only looked at: whether money came all the same, which then goes back. */
async function lookAt(service: PaymentsService, due: DuePayment): Promise<void> {
  const { id, state, provider, providerId } = due;
  if (state !== "closed") await bringUpToDate(service, id);
  else if (providerId !== null)
    await settle(service, id, await service.providers[provider].get(providerId));
}

/** Finds out what events mean. What cannot be understood yet is kept and tried again. */
export async function processEvents(service: PaymentsService): Promise<void> {
  const { db, logger } = service;
  for (;;) {
    const events = await takeEvents(db.sql);
    for (const event of events)
      await answered(processEvent(service, event)).catch((error: unknown) =>
        logger.warn(`Event ${event.eventId} could not be applied; it will be later.`, error),
      );
    if (events.length === 0) return;
  }
}

/**
 * An event only says that something happened: the object itself is asked, so forged order, copies
 * and late arrival are all the same. State, ledger, our event and `processed_at` are one transaction.
 */
async function processEvent(service: PaymentsService, event: KeptEvent): Promise<void> {
  const { db, providers } = service;
  const payment = await findMeant(db.sql, event);
  if (!payment || event.pspId === null) return;
  for (const refundId of payment.refundsSent) await driveRefund(service, refundId);
  const charge = await providers[payment.provider].get(event.pspId);
  // What is captured stays as it is: no other news than another charge can come of it.
  if (payment.state === "captured" && !isLateCapture(payment, charge))
    await markProcessed(db.sql, event);
  else await settle(service, payment.id, charge, (tx) => markProcessed(db.in(tx), event));
}
