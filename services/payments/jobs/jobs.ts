/** On every node of the service; rows are leased, so nodes share the work. */
import { config } from "../../../config.ts";
import { Jobs, type ScheduledJob } from "../../../mixins/jobs.mixin.ts";
import type { PaymentsService } from "../payments.types.ts";
import { closeDays as close } from "../workflows/close-days.ts";
import { driveRefunds, returnLateCaptures } from "./driveRefunds.ts";
import { pollPayments } from "./pollPayments.ts";
import { processEvents } from "./processEvents.ts";
import { decideSimulated, deliverWebhooks } from "./simulate.ts";

const closeDays: ScheduledJob<PaymentsService> = {
  everyMs: 10_000,
  run: ({ db }) => close(db, config.timeZone),
};

export const PaymentJobs = Jobs<PaymentsService>({
  pollPayments,
  processEvents,
  driveRefunds,
  returnLateCaptures,
  closeDays,
  decideSimulated,
  deliverWebhooks,
});
