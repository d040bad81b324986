import type { ServiceSchema } from "moleculer";
import { actionsIn } from "../../lib/folder.ts";
import { Database } from "../../mixins/database.mixin.ts";
import { Events, reactionsIn } from "../../mixins/events.mixin.ts";
import { Sagas } from "../../mixins/sagas.mixin.ts";
import { UserDeleted } from "../identity/identity.contract.ts";
import {
  PaymentCaptured,
  PaymentClosed,
  RefundFailed,
  RefundSucceeded,
} from "../payments/payments.contract.ts";
import { AdmissionControl } from "./workflows/admission-control.ts";
import { orderLoader } from "./workflows/readOrder.ts";
import * as contract from "./orders.contract.ts";
import { cancelling } from "./sagas/cancel.ts";
import { checkout } from "./sagas/checkout.ts";
import type { OrdersService } from "./orders.types.ts";

/** Turns carts into orders and follows each order to its end. */
const Orders: ServiceSchema = {
  name: "orders",
  mixins: [
    Sagas("orders", (service: OrdersService) => [checkout(service), cancelling(service)]),
    Events(
      await reactionsIn(import.meta.dirname, [
        contract.NewOrder,
        PaymentCaptured,
        PaymentClosed,
        RefundSucceeded,
        RefundFailed,
        UserDeleted,
      ]),
    ),
    AdmissionControl,
    Database("orders"),
  ],
  resources: { order: orderLoader },
  actions: await actionsIn(import.meta.dirname, contract),
};

export default Orders;
