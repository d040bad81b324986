import { config } from "../../../config.ts";
import type { Caller, ActionHandler } from "../../../lib/bus.ts";
import type { Tx } from "../../../lib/sql.ts";
import { toDecimal, toDecimalText, toMinor } from "../../../lib/money.ts";
import { canAccessAsStaff } from "../../../lib/scope.ts";
import { toAnswer, refresh, drive, type PaymentWithAttempt } from "../workflows/ask.ts";
import { beginAttempt, outcomeOf } from "../workflows/attempt.ts";
import { type Due, dueToBePaid } from "../workflows/due.ts";
import { ensurePayment, switchProvider } from "../workflows/open.ts";
import { assertSimulation } from "../workflows/simulation.ts";
import {
  AmountMismatch,
  CashNeedsStaff,
  PAID,
  type Pay,
  PaymentInProgress,
  type ProviderName,
} from "../payments.contract.ts";
import { type Attempt, findAttempt, findPayment, type Payment } from "../store/payment.store.ts";
import type { PaymentsService } from "../payments.types.ts";

export const pay: ActionHandler<typeof Pay, PaymentsService> = async (ctx, service) => {
  const { orderId, amount, currency, provider, simulate } = ctx.params;
  const { caller } = ctx.locals;
  assertSimulation(simulate);
  const due = await dueToBePaid(ctx, caller, orderId);
  const amountMinor = toMinor(amount, due.currency);
  if ((currency ?? due.currency) !== due.currency || amountMinor !== due.totalMinor)
    throw mismatch(due);

  const payment = await paymentWith(service, caller, due, provider);
  const begun = await beginAttempt(service, payment.id, {
    payerId: caller.id,
    claim: ctx.locals.claim,
    simulate,
  });
  const { payment: after, attempt: decided } = await driven(service, begun);
  const status = outcomeOf(after, decided, caller.id);
  if (status === "PENDING") ctx.meta.$statusCode = 202;
  return {
    success: status === "SUCCESS",
    message: MESSAGES[status][ctx.meta.language ?? config.language],
    status,
    paymentId: after.id,
    amount: toDecimal(after.amountMinor, after.currency),
    amountMinor: after.amountMinor,
    currency: after.currency,
  };
};

const MESSAGES = {
  SUCCESS: PAID,
  PENDING: {
    fr: "Paiement en cours de traitement : consultez la commande dans quelques instants",
    en: "Payment is being processed: look at the order in a moment",
  },
};

/** The order's payment, with the wanted provider. Cash is for the staff of the order's store. */
async function paymentWith(
  service: PaymentsService,
  caller: Caller,
  due: Due,
  wanted: ProviderName | undefined,
): Promise<Payment> {
  const opening = { ...due, amountMinor: due.totalMinor, provider: wanted };
  const forCash = () => {
    if (!canAccessAsStaff(caller, { storeIds: [due.storeId] })) throw CashNeedsStaff({});
  };
  if (wanted === "cash") forCash();
  const payment = await ensurePayment(service, opening);
  const final = payment.state === "captured" || payment.state === "closed";
  if (!final && payment.amountMinor !== due.totalMinor) throw mismatch(due);
  if (final || payment.provider === (wanted ?? payment.provider)) {
    if (!final && payment.provider === "cash") forCash();
    return payment;
  }
  const current = await switchProvider(service, payment, wanted ?? payment.provider);
  if (current.state !== "captured" && current.state !== "closed" && current.provider !== wanted)
    throw PaymentInProgress({ paymentId: current.id, retryable: true });
  return current;
}

/** Both as they are once the provider was asked, if it has not decided the attempt before. */
async function driven(
  service: PaymentsService,
  begun: PaymentWithAttempt,
): Promise<PaymentWithAttempt> {
  const { db } = service;
  const { payment, attempt } = begun;
  // A key that was used before an order changed its provider is of the payment before.
  const id = attempt?.paymentId ?? payment.id;
  let decided: Attempt | undefined;
  const look = async (tx: Tx) => (decided = attempt && (await findAttempt(db.in(tx), attempt.id)));
  const ask = () => (id === payment.id ? drive(service, begun, look) : refresh(service, id));
  const after = attempt?.state === "declined" ? undefined : await toAnswer(service, ask());
  return {
    payment: after ?? (await findPayment(db.sql, id)) ?? payment,
    attempt: decided ?? (attempt && (await findAttempt(db.sql, attempt.id))),
  };
}

const mismatch = ({ orderId, totalMinor, currency }: Due) =>
  AmountMismatch({
    orderId,
    due: toDecimalText(totalMinor, currency),
    dueMinor: totalMinor,
    currency,
  });
