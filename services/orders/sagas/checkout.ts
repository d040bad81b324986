/**
 * Moves a placed order to paid, cancelled or rejected. domain/checkout.ts has the table of
 * transitions; here are the commands. Before payment, everything reserved is released in reverse
 * order; after it, the saga only goes forward. Each command may arrive twice, late, or after its
 * compensation: the called services handle that by its id.
 */
import { call } from "../../../lib/bus.ts";
import type { Move, Process, Saga } from "../../../lib/saga.ts";
import type { Tx } from "../../../lib/sql.ts";
import { CommitStock, ReleaseStock, ReserveStock } from "../../inventory/inventory.contract.ts";
import { ClosePayment, LookUpPayment, OpenPayment } from "../../payments/payments.contract.ts";
import { HoldCoupons, ReleaseCoupons } from "../../pricing/pricing.contract.ts";
import { type Answer, CHECKOUT, type CheckoutStep, transition } from "../domain/checkout.ts";
import { findLines, insertAllocations } from "../store/orders.store.ts";
import type { OrdersService } from "../orders.types.ts";
import { type CheckoutState, settle } from "./settle.ts";

type Checkout = Saga<CheckoutState>;
type Command = (n?: number) => string;

/** Interval at which a payment is polled when no event arrives. */
const POLL_MS = 20_000;
/** A payment that only its provider knows the end of, while the order waits for nothing else. */
const CLOSE_POLL_MS = 5_000;
/** The saga repeats by itself: the bus only bridges a node that has just left, within the lease. */
export const STEP = { retries: 1, timeout: 4_000 };

export const checkout = (service: OrdersService): Process<CheckoutState> => ({
  kind: CHECKOUT,
  steps: {
    coupons: (saga, command) => coupons(service, saga, command),
    reserve: (saga, command) => reserve(service, saga, command),
    pay: (saga, command) => pay(service, saga, command),
    close: (saga, command) => close(service, saga, command),
    commit: async (saga, command) => {
      const asked = { commandId: command(), orderId: saga.id };
      const { outcome } = await call(service.broker, CommitStock, asked, STEP);
      return applyAnswer(service, saga, outcome);
    },
    release: async (saga, command) => {
      const asked = { commandId: command(), orderId: saga.id };
      const { outcome } = await call(service.broker, ReleaseStock, asked, STEP);
      return applyAnswer(service, saga, outcome);
    },
    uncoupon: async (saga, command) => {
      const asked = { commandId: command(), orderId: saga.id };
      const { outcome } = await call(service.broker, ReleaseCoupons, asked, STEP);
      return applyAnswer(service, saga, outcome);
    },
  },
});

async function coupons(service: OrdersService, saga: Checkout, command: Command): Promise<Move> {
  const { customerId, coupons: codes } = saga.state;
  const asked = { commandId: command(), orderId: saga.id, customerId, codes: [...codes] };
  const { outcome, reason, code } = await call(service.broker, HoldCoupons, asked, STEP);
  if (outcome === "held") return applyAnswer(service, saga, "held");
  return applyAnswer(service, saga, "refused", {
    state: { reason: reason ?? "COUPON_REFUSED", refusal: { code: code ?? codes[0] ?? "" } },
  });
}

async function reserve(service: OrdersService, saga: Checkout, command: Command): Promise<Move> {
  const { db, broker } = service;
  const { storeId } = saga.state;
  const lines = await findLines(db.sql, saga.id);
  const answer = await call(
    broker,
    ReserveStock,
    {
      commandId: command(),
      orderId: saga.id,
      ...(storeId !== undefined && { storeId }),
      lines: lines.map(({ line, variantId, quantity }) => ({ line, variantId, quantity })),
    },
    STEP,
  );
  if (answer.outcome === "rejected") {
    const { variantId = lines[0]?.variantId ?? saga.id, available = 0 } = answer;
    const refusal = { variantId, available };
    return applyAnswer(service, saga, "rejected", { state: { reason: "OUT_OF_STOCK", refusal } });
  }
  return applyAnswer(service, saga, "reserved", {
    effect: async (tx) => {
      await insertAllocations(db.in(tx), saga.id, answer.allocations ?? []);
    },
  });
}

/** Opens the payment, then waits for the customer: for the event, and by asking now and then. */
async function pay(service: OrdersService, saga: Checkout, command: Command): Promise<Move> {
  const { broker } = service;
  const { paymentId, customerId, storeId, currency, totalMinor, provider } = saga.state;
  const orderId = saga.id;
  const opening = {
    commandId: command(),
    orderId,
    customerId,
    ...(storeId !== undefined && { storeId }),
    currency,
    amountMinor: totalMinor,
    ...(provider !== undefined && { provider }),
  };
  const payment =
    paymentId === undefined
      ? await call(broker, OpenPayment, opening, STEP)
      : await call(broker, LookUpPayment, { orderId }, STEP);

  if (payment.state === "captured") return applyAnswer(service, saga, "captured");
  if (payment.state === "closed")
    return applyAnswer(service, saga, "closed", { state: { reason: "PAYMENT_CLOSED" } });

  const leftMs = Date.parse(saga.deadline ?? "") - Date.now();
  const waitMs = Math.max(50, Math.min(POLL_MS, leftMs));
  if (paymentId === undefined) {
    const state = { paymentId: payment.paymentId ?? orderId };
    return { to: "pay", outcome: "opened", state, afterMs: waitMs };
  }
  if (leftMs > 0) return { waitMs };
  return applyAnswer(service, saga, "expired", { state: { reason: "PAYMENT_EXPIRED" } });
}

/** Each asking is a command of its own: `processing` is an answer that does not stay right. */
async function close(service: OrdersService, saga: Checkout, command: Command): Promise<Move> {
  const asked = { commandId: command(saga.attempt), orderId: saga.id };
  const { state } = await call(service.broker, ClosePayment, asked, STEP);
  return state === "processing" ? { waitMs: CLOSE_POLL_MS } : applyAnswer(service, saga, state);
}

/** The move that `answer` makes, with what it makes of the order in its transaction. */
function applyAnswer(
  { db }: OrdersService,
  saga: Checkout,
  answer: Answer,
  more: { state?: Partial<CheckoutState>; effect?: (tx: Tx) => Promise<void> } = {},
): Move {
  const context = { coupons: saga.state.coupons.length > 0, ending: saga.state.ending };
  const next = transition(saga.step as CheckoutStep, answer, context);
  if (!next) throw new Error(`The step ${saga.step} has no turn for ${answer}.`);
  const { to, status, ending } = next;
  const news = { ...more.state, ...(ending && { ending }) };
  const of = { orderId: saga.id, state: { ...saga.state, ...news } };
  const effect = async (tx: Tx) => {
    await Promise.all([more.effect?.(tx), status && settle(db, tx, of, status)]);
  };
  return { to, outcome: answer, state: news, effect };
}
