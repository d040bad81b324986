import type { ActionHandler } from "../../../lib/bus.ts";
import { isFinal, publicState } from "../domain/payment.ts";
import { broughtUpToDate } from "../workflows/ask.ts";
import type { LookUpPayment } from "../payments.contract.ts";
import { findForOrder, findOpenAttempt } from "../store/payment.store.ts";
import type { PaymentsService } from "../payments.types.ts";

export const lookUp: ActionHandler<typeof LookUpPayment, PaymentsService> = async (
  ctx,
  service,
) => {
  const { db } = service;
  const { orderId } = ctx.params;
  const known = await findForOrder(db.sql, orderId);
  if (!known) return { state: "created" };
  if (isFinal(known.state)) return { paymentId: known.id, state: known.state };

  await broughtUpToDate(service, known.id);
  // Another payment may have taken its place.
  const current = (await findForOrder(db.sql, orderId)) ?? known;
  const attempt = await findOpenAttempt(db.sql, current.id);
  return { paymentId: current.id, state: publicState(current.state, attempt?.state) };
};
