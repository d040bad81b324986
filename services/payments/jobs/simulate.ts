import type { RowJob, ScheduledJob } from "../../../mixins/jobs.mixin.ts";
import { DUE_WEBHOOKS, type Webhook } from "../adapters/simulator/store.ts";
import { deliver } from "../adapters/simulator/webhooks.ts";
import type { PaymentsService } from "../payments.types.ts";

/** Decides what the simulated provider was to decide later. */
export const decideSimulated: ScheduledJob<PaymentsService> = {
  everyMs: 500,
  run: ({ simulator }) => simulator.decideDue(),
};

/** Delivers the simulated provider's webhooks. What is not taken comes again with growing pauses. */
export const deliverWebhooks: RowJob<PaymentsService, Webhook> = {
  due: DUE_WEBHOOKS,
  everyMs: 500,
  async run({ db, broker, logger }, webhook) {
    try {
      await deliver(db.sql, broker, webhook);
      return true;
    } catch (error) {
      logger.debug("A simulated webhook was not taken; it will come again.", error);
      return false;
    }
  },
};
