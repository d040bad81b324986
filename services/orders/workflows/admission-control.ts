import type { ServiceSchema } from "moleculer";
import { mixin } from "../../../lib/bus.ts";
import { DatabaseBusy } from "../../../lib/sql.ts";
import { concurrencyLimiter } from "../../../lib/concurrency-limiter.ts";
import type { OrdersService } from "../orders.types.ts";
import { groupedStockLookup } from "./in-stock.ts";

/** Some more than have a connection to the database, so that stock is held for many at once. */
const AT_ONCE = 32;
/** A request that waits for a service releases its slot after this time. */
const MAX_HOLD_MS = 500;
/** Less than the time that an order may take. */
const QUEUE_TIMEOUT_MS = 7_000;
const MAX_WAITING = 5_000;

const full = () => Object.assign(DatabaseBusy({ reason: "queue full" }), { retryable: true });

/** Limits how many orders are placed at once, and refuses sold-out variants early. */
export const AdmissionControl: Partial<ServiceSchema> = mixin({
  created(this: OrdersService) {
    this.leftOf = groupedStockLookup(this);
    this.admit = concurrencyLimiter({
      atOnce: AT_ONCE,
      maxHoldMs: MAX_HOLD_MS,
      queueTimeoutMs: QUEUE_TIMEOUT_MS,
      maxWaiting: MAX_WAITING,
      full,
    });
  },
});
