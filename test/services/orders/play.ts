/** Orders on the stage with its neighbours, and what tests often do with it. */
import { ServiceBroker } from "moleculer";
import { v7 } from "uuid";
import { brokerOptions } from "../../../moleculer.config.ts";
import Orders from "../../../services/orders/orders.service.ts";
import type { OrdersService } from "../../../services/orders/orders.types.ts";
import { PaymentCaptured, PaymentClosed } from "../../../services/payments/payments.contract.ts";
import { eventually, stage, type Stage, publishEvent } from "../../support/stage.ts";
import { neighbours } from "./neighbours.ts";
import { World } from "./world.ts";

export type Play = Stage & { world: World };

export async function ordersOnStage(): Promise<Play> {
  const world = new World();
  const harness = await stage([Orders, ...neighbours(world)]);
  return Object.assign(harness, { world });
}

/** Lets nothing wait for its time: what is not at its end is due now, and taken up. */
export async function hurry(harness: Stage, node = harness.service<OrdersService>("orders")) {
  await harness.db("orders").sql.run(
    `update saga set due_at = now() where id in (
       select id from saga where ended_at is null for update skip locked)`,
  );
  await node.sagas.runDue();
}

export const statusOf = async (harness: Stage, orderId: string): Promise<string | undefined> =>
  (
    await harness
      .db("orders")
      .sql.row<{ status: string }>(`select status from "order" where id = $1`, [orderId])
  )?.status;

export const stepOf = async (harness: Stage, sagaId: string): Promise<string | undefined> =>
  (
    await harness
      .db("orders")
      .sql.row<{ step: string }>("select step from saga where id = $1", [sagaId])
  )?.step;

export const becomes = (harness: Stage, orderId: string, status: string) =>
  eventually(async () => expect(await statusOf(harness, orderId)).toBe(status));

const factOf = async (harness: Play, orderId: string) => {
  const row = await harness
    .db("orders")
    .sql.row<{ customer_id: string; total: number; currency: string }>(
      `select customer_id, total, currency from "order" where id = $1`,
      [orderId],
    );
  const { customer_id: customerId = orderId, total: amountMinor = 0, currency = "EUR" } = row ?? {};
  const { paymentId = orderId } = harness.world.payments.get(orderId) ?? {};
  return { paymentId, orderId, customerId, currency, amountMinor };
};
/** The customer pays, and payments tells so. */
export async function pay(harness: Play, orderId: string): Promise<void> {
  expect(harness.world.pay(orderId)).toBe(true);
  await publishEvent(harness, "payments", PaymentCaptured, await factOf(harness, orderId));
}
export async function tellClosed(harness: Play, orderId: string): Promise<void> {
  const fact = await factOf(harness, orderId);
  await publishEvent(harness, "payments", PaymentClosed, { ...fact, reason: "expired" });
}

/** Another node of orders on the same database, which takes over what the first one leaves. */
export async function secondNode(
  harness: Stage,
): Promise<{ node: OrdersService; broker: ServiceBroker }> {
  const { namespace } = harness.node("orders");
  const nodeID = `orders-${v7()}`;
  const broker = new ServiceBroker(brokerOptions({ namespace, nodeID, transporter: "Fake" }));
  broker.createService(Orders);
  await broker.start();
  await broker.waitForServices(
    ["pricing", "inventory", "payments", "carts", "catalog"],
    15_000,
    20,
  );
  return { node: broker.getLocalService("orders") as unknown as OrdersService, broker };
}
