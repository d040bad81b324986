import type { ServiceSchema } from "moleculer";
import { actionsIn } from "../../lib/folder.ts";
import { Database } from "../../mixins/database.mixin.ts";
import { Events, react } from "../../mixins/events.mixin.ts";
import { Schedule } from "../../mixins/schedule.mixin.ts";
import { UserLoggedIn } from "../identity/identity.contract.ts";
import { OrderCancelled, OrderProcessed, OrderRejected } from "../orders/orders.contract.ts";
import * as contract from "./carts.contract.ts";
import { resolveStaleCheckouts } from "./jobs/resolveStaleCheckouts.ts";
import { removeExpired } from "./jobs/removeExpired.ts";
import { publishAbandoned } from "./jobs/publishAbandoned.ts";
import { onOrderProcessed } from "./reactions/order-processed.ts";
import { onOrderCancelled } from "./reactions/order.cancelled.ts";
import { onOrderRejected } from "./reactions/order.rejected.ts";
import { onUserLoggedIn } from "./reactions/user.logged_in.ts";
import { tables } from "./store/tables.ts";

/** Keeps what shoppers have chosen until it becomes an order. */
const Carts: ServiceSchema = {
  name: "carts",
  mixins: [
    Events([
      react("orders", OrderRejected, onOrderRejected),
      react("orders", OrderCancelled, onOrderCancelled),
      react("orders", OrderProcessed, onOrderProcessed),
      react("identity", UserLoggedIn, onUserLoggedIn),
    ]),
    Schedule({
      resolveStaleCheckouts: { everyMs: 15_000, run: resolveStaleCheckouts },
      publishAbandoned: { everyMs: 60_000, run: publishAbandoned },
      removeExpired: { everyMs: 600_000, run: removeExpired },
    }),
    Database("carts", tables),
  ],
  actions: await actionsIn(import.meta.dirname, contract),
};

export default Carts;
