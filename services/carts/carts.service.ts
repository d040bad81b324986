import type { ServiceSchema } from "moleculer";
import { actionsIn } from "../../lib/folder.ts";
import { Database } from "../../mixins/database.mixin.ts";
import { Events, reactionsIn } from "../../mixins/events.mixin.ts";
import { Jobs } from "../../mixins/jobs.mixin.ts";
import { UserLoggedIn } from "../identity/identity.contract.ts";
import { OrderCancelled, OrderProcessed, OrderRejected } from "../orders/orders.contract.ts";
import * as contract from "./carts.contract.ts";
import { resolveStaleCheckouts } from "./jobs/resolveStaleCheckouts.ts";
import { removeExpired } from "./jobs/removeExpired.ts";
import { publishAbandoned } from "./jobs/publishAbandoned.ts";

/** Keeps what shoppers have chosen until it becomes an order. */
const Carts: ServiceSchema = {
  name: "carts",
  mixins: [
    Events(
      await reactionsIn(import.meta.dirname, [
        OrderRejected,
        OrderCancelled,
        OrderProcessed,
        UserLoggedIn,
      ]),
    ),
    Jobs({ resolveStaleCheckouts, publishAbandoned, removeExpired }),
    Database("carts"),
  ],
  actions: await actionsIn(import.meta.dirname, contract),
};

export default Carts;
