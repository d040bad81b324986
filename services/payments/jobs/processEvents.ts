import type { RowJob } from "../../../mixins/jobs.mixin.ts";
import type { Provider } from "../adapters/provider.ts";
import { isLateCapture } from "../domain/payment.ts";
import type { PaymentsService } from "../payments.types.ts";
import {
  DUE_EVENTS,
  findMeant,
  markIgnored,
  markProcessed,
  type SavedEvent,
} from "../store/event.store.ts";
import { settle, toAnswer } from "../workflows/ask.ts";
import { driveRefund } from "../workflows/refunds.ts";

/** Counts what `ignore` puts aside; registered when the service is made. */
export const IGNORED = {
  name: "comptoir.provider.events.ignored.total",
  type: "counter" as const,
  labelNames: ["provider", "reason"],
  description: "Events of payment providers that nothing followed from",
};

/** Processes stored events. One that fails stays stored and is retried. */
export const processEvents: RowJob<PaymentsService, SavedEvent> = {
  due: DUE_EVENTS,
  run: (service, event) => toAnswer(service, processEvent(service, event)),
};

/**
 * Processes an event, which only says that something happened: the object itself is read from the
 * provider, so a forged order, copies and late arrival do not matter. State, ledger, our event and
 * `processed_at` are one transaction. Returns true if the event is done.
 */
async function processEvent(service: PaymentsService, event: SavedEvent): Promise<boolean> {
  const { db } = service;
  const providers: Readonly<Record<string, Provider>> = service.providers;
  const provider = providers[event.psp];
  if (!provider?.understands(event.type)) return ignore(service, event, "unknown kind");
  if (event.pspId === null) return ignore(service, event, "names no object");
  const payment = await findMeant(db.sql, event);
  if (!payment) return event.old ? ignore(service, event, "no payment of ours") : false;
  for (const refundId of payment.refundsSent) await driveRefund(service, refundId);
  const charge = await provider.get(event.pspId);
  // A captured payment stays captured: only another charge is news.
  if (payment.state === "captured" && !isLateCapture(payment, charge))
    await markProcessed(db.sql, event);
  else await settle(service, payment.id, charge, (tx) => markProcessed(db.in(tx), event));
  return true;
}

/** Keeps the event, with the reason, as one that nothing follows from. */
async function ignore(service: PaymentsService, event: SavedEvent, reason: string) {
  const { db, broker, logger } = service;
  const { psp, eventId, type } = event;
  if ((await markIgnored(db.sql, event, reason)) !== 1) return true;
  logger.warn(`Event ${eventId} (${type}) of ${psp} was ignored: ${reason}.`);
  broker.metrics.increment(IGNORED.name, { provider: psp, reason });
  return true;
}
