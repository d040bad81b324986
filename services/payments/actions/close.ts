import type { ActionHandler } from "../../../lib/bus.ts";
import { closePayment } from "../workflows/open.ts";
import type { ClosePayment } from "../payments.contract.ts";
import type { PaymentsService } from "../payments.types.ts";

export const close: ActionHandler<typeof ClosePayment, PaymentsService> = async (ctx, service) => {
  const { state } = await closePayment(service, ctx.params.orderId);
  return { state: state === "captured" || state === "closed" ? state : "processing" };
};
