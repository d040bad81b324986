/** Asks the order what is due, and waits a little for one whose stock is still being held. */
import { setTimeout as sleep } from "node:timers/promises";
import { call, type Caller, type CanCall } from "../../../lib/bus.ts";
import type { Result } from "../../../lib/contract.ts";
import { canAccess } from "../../../lib/scope.ts";
import { AmountDue, OrderNotFound } from "../../orders/orders.contract.ts";
import { OrderNotPayable, OrderNotReady } from "../payments.contract.ts";

export type Due = Result<typeof AmountDue>;

const TIMEOUT_MS = 2_000;
const LOOK_EVERY_MS = 100;

/**
 * An order that awaits its payment, or has had it (settling, paid).
 * @throws OrderNotFound (404) also for another's order; OrderNotReady (409), to be sent again;
 * OrderNotPayable (409)
 */
export async function dueToBePaid(from: CanCall, caller: Caller, orderId: string): Promise<Due> {
  const until = performance.now() + TIMEOUT_MS;
  for (;;) {
    const due = await call(from, AmountDue, { orderId });
    if (!canAccess(caller, { ownerId: due.customerId, storeIds: [due.storeId] }))
      throw OrderNotFound({ orderId });
    const { status } = due;
    if (status === "cancelled" || status === "rejected") throw OrderNotPayable({ orderId, status });
    if (status !== "pending") return due;
    if (performance.now() > until) throw OrderNotReady({ orderId, retryable: true });
    await sleep(LOOK_EVERY_MS);
  }
}
