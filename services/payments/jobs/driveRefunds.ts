import type { RowJob } from "../../../mixins/jobs.mixin.ts";
import type { PaymentsService } from "../payments.types.ts";
import { DUE_LATE_CAPTURES, DUE_REFUNDS } from "../store/refund.store.ts";
import { driveLateCapture, driveRefund } from "../workflows/refunds.ts";

type Due = { readonly id: string };

/** Asks providers for the refunds that they have not decided. */
export const driveRefunds: RowJob<PaymentsService, Due> = {
  due: DUE_REFUNDS,
  run: async (service, { id }) => void (await driveRefund(service, id)),
};

/** Sends back what came for closed payments. */
export const returnLateCaptures: RowJob<PaymentsService, Due> = {
  due: DUE_LATE_CAPTURES,
  run: (service, { id }) => driveLateCapture(service, id),
};
