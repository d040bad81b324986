import type { ServiceSchema } from "moleculer";
import { mixin } from "../../../lib/bus.ts";
import { DatabaseBusy } from "../../../lib/sql.ts";
import { concurrencyLimiter } from "../../../lib/turnstile.ts";
import type { OrdersService } from "../store/tables.ts";
import { askingLeft } from "./in-stock.ts";

/** Some more than have a connection to the database, so that stock is held for many at once. */
const AT_ONCE = 32;
/** Those who wait for a service that does not answer hold up nobody for longer. */
const HOLD_MS = 500;
/** Less than the time that an order may take. */
const PATIENCE_MS = 7_000;
const MAX_WAITING = 5_000;

const full = () => Object.assign(DatabaseBusy({ reason: "crowd" }), { retryable: true });

/** Keeps a crowd in order: it is let in a few at a time, and what is sold out is said at once. */
export const Crowd: Partial<ServiceSchema> = mixin({
  created(this: OrdersService) {
    this.leftOf = askingLeft(this);
    this.inTurn = concurrencyLimiter({
      atOnce: AT_ONCE,
      maxHoldMs: HOLD_MS,
      queueTimeoutMs: PATIENCE_MS,
      maxWaiting: MAX_WAITING,
      full,
    });
  },
});
