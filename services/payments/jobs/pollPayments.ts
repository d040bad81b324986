import type { RowJob } from "../../../mixins/jobs.mixin.ts";
import type { PaymentsService } from "../payments.types.ts";
import { DUE_PAYMENTS, type DuePayment } from "../store/payment.store.ts";
import { refresh, settle, toAnswer } from "../workflows/ask.ts";

/** Asks about payments that are due: also without webhooks, each ends as its provider decided. */
export const pollPayments: RowJob<PaymentsService, DuePayment> = {
  due: DUE_PAYMENTS,
  async run(service, due) {
    const after = await toAnswer(service, pollPayment(service, due));
    return after?.state === "captured";
  },
};

/** A closed one is only looked at: whether money came all the same, which then goes back. */
async function pollPayment(service: PaymentsService, due: DuePayment) {
  const { id, state, provider, providerId } = due;
  if (state !== "closed") return refresh(service, id);
  if (providerId === null) return undefined;
  return settle(service, id, await service.providers[provider].get(providerId));
}
