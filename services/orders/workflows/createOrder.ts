/** Writes an order: with its key, its process and its event, or not at all. */
import type { KeyClaim } from "../../../lib/idempotent-call.ts";
import type { Tx } from "../../../lib/sql.ts";
import { TooManyOpenOrders } from "../contract/failures.ts";
import { CHECKOUT, firstStep } from "../domain/checkout.ts";
import type { Draft } from "../domain/draft.ts";
import { NewOrder, OrderRejected } from "../orders.contract.ts";
import { type CheckoutState, factOf } from "../sagas/settle.ts";
import { countOpen, insertOrder, insertTombstone } from "../store/orders.store.ts";
import type { OrdersDb, OrdersService } from "../orders.types.ts";
import { insertEvent } from "../store/timeline.store.ts";

/** Limits the stock that one customer can reserve with unpaid orders. */
const MAX_OPEN = 5;

export interface Extras {
  readonly actor: string;
  readonly claim?: KeyClaim | undefined;
  readonly note?: string | undefined;
  readonly provider?: CheckoutState["provider"];
}

class OrderIdInUse extends Error {}

/**
 * Returns the id of the order that now exists: this one, or the one that the same key has created
 * meanwhile. Undefined when this id is taken (its cart was ordered, or released, at the same
 * moment).
 * @throws TooManyOpenOrders (409), KeyReused (422)
 */
export async function createOrder(
  service: OrdersService,
  draft: Draft,
  extras: Extras,
): Promise<string | undefined> {
  try {
    return await service.db.transaction((tx) => write(service, tx, draft, extras));
  } catch (error) {
    if (error instanceof OrderIdInUse) return undefined;
    throw error;
  }
}

async function write(
  { db, sagas }: OrdersService,
  tx: Tx,
  draft: Draft,
  { actor, claim, note, provider }: Extras,
): Promise<string> {
  const sql = db.in(tx);
  const { id, customerId, storeId, cartId, coupons, quote, payDeadline } = draft;
  const [claimed, open] = await Promise.all([claim?.take(sql), countOpen(sql, customerId)]);
  if (claimed?.fresh === false && claimed.resourceId !== undefined) return claimed.resourceId;
  if (open >= MAX_OPEN) throw TooManyOpenOrders({ limit: MAX_OPEN });

  const made = await insertOrder(sql, draft);
  if (!made) throw new OrderIdInUse();
  const { currency, totalMinor } = quote;
  const whose = { number: made.number, customerId, storeId, cartId };
  const state: CheckoutState = { ...whose, currency, totalMinor, coupons, provider };
  const step = firstStep(coupons);
  await Promise.all([
    sagas.begin(tx, { id, kind: CHECKOUT, step, state, deadline: payDeadline }),
    note !== undefined && insertEvent(sql, { orderId: id, kind: "note", text: note, actor }),
    claim?.keep(sql, id),
  ]);
  const lines = draft.lines.map(({ variantId, quantity }) => ({ variantId, quantity }));
  db.publish(tx, NewOrder, { ...factOf(id, state), lines }, id);
  return id;
}

/**
 * Abandons the id of an order that cannot exist, so that its frozen cart opens again at once. Does
 * nothing where the order exists after all.
 */
export async function abandonOrderId(
  db: OrdersDb,
  { orderId, customerId, cartId }: { orderId: string; customerId: string; cartId: string },
  reason: string,
): Promise<void> {
  await db.transaction(async (tx) => {
    const whose = { customerId, cartId };
    const made = await insertTombstone(db.in(tx), { id: orderId, reason, ...whose });
    if (!made) return;
    const fact = { orderId, number: made.number, ...whose, currency: "XXX", totalMinor: 0 };
    db.publish(tx, OrderRejected, { ...fact, reason }, orderId);
  });
}
