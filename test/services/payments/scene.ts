/** What the tests of payments share: orders that wait for money, and people who pay. */
import { INVARIANTS } from "../../../services/payments/invariants.ts";
import { v7 } from "uuid";
import type { Params, Result } from "../../../lib/contract.ts";
import type { Meta } from "../../../lib/bus.ts";
import { principalFor } from "../../../lib/principal.ts";
import type { Language } from "../../../lib/failure.ts";
import { AmountDue, OrderNotFound } from "../../../services/orders/orders.contract.ts";
import {
  ClosePayment,
  LookUpPayment,
  OpenPayment,
  Pay,
  type ProviderName,
  SetSimulator,
} from "../../../services/payments/payments.contract.ts";
import PaymentsService from "../../../services/payments/payments.service.ts";
import type { PaymentsService as Payments } from "../../../services/payments/payments.types.ts";
import { aPerson, stage, staffOf, type TestPerson } from "../../support/stage.ts";
import { standIn } from "../../support/stand-in.ts";

export type Order = Result<typeof AmountDue>;
type Paying = Partial<Params<typeof Pay>>;
type Scene = Awaited<ReturnType<typeof scene>>;
export type { Scene };

/** Payments on a stage with orders that the test itself makes and changes. */
export async function scene() {
  const orders = new Map<string, Order>();
  const asked = { times: 0 };
  const harness = await stage([
    PaymentsService,
    standIn(AmountDue, ({ orderId }) => {
      asked.times += 1;
      const order = orders.get(orderId);
      if (!order) throw OrderNotFound({ orderId });
      return order;
    }),
  ]);
  const storeId = v7();
  const opening = ({ orderId, customerId, currency, totalMinor }: Order) => ({
    commandId: v7(),
    orderId,
    customerId,
    storeId,
    currency,
    amountMinor: totalMinor,
  });

  return {
    ...harness,
    orders,
    asked,
    storeId,
    service: () => harness.service<Payments>("payments"),
    sql: () => harness.db("payments").sql,
    admin: aPerson("admin"),
    cashier: staffOf(storeId, "cashier"),
    manager: staffOf(storeId, "store_manager"),

    /** An order whose stock is held, and its customer. */
    anOrder(
      totalMinor = 179_998,
      changes: Partial<Order> = {},
    ): { order: Order; payer: TestPerson } {
      const payer = aPerson();
      const order: Order = {
        orderId: v7(),
        customerId: payer.id,
        storeId,
        status: "awaiting_payment",
        currency: "EUR",
        totalMinor,
        ...changes,
      };
      orders.set(order.orderId, order);
      return { order, payer };
    },
    open: (order: Order, provider?: ProviderName) =>
      harness.call(OpenPayment, { ...opening(order), ...(provider && { provider }) }),
    close: ({ orderId }: Order) => harness.call(ClosePayment, { commandId: v7(), orderId }),
    lookUp: ({ orderId }: Order) => harness.call(LookUpPayment, { orderId }),
    pay(
      { orderId, totalMinor }: Order,
      person: TestPerson,
      { key, language = "fr", ...more }: Paying & { key?: string; language?: Language } = {},
    ) {
      const asked = { orderId, amount: totalMinor / 100, ...more };
      return harness.call(Pay, asked, person, { language, ...(key !== undefined && { key }) });
    },
    /** What travels with this person's calls. */
    metaOf: (person: TestPerson, meta: Meta = {}): Meta => ({
      ...meta,
      principal: principalFor(person),
    }),
    simulate: (scenario: Params<typeof SetSimulator>) =>
      harness.call(SetSimulator, scenario, aPerson("admin")),
    rows: <R extends object>(text: string, values: readonly unknown[] = []) =>
      harness.db("payments").sql.rows<R>(text, values),
    /** Makes everything due that waits for its next look. */
    async hurry() {
      const { sql } = harness.db("payments");
      for (const table of ["payment", "psp_event", "refund", "late_capture"])
        await sql.run(`update ${table} set due_at = now()`);
    },
  };
}

/** What must hold between payments and their simulated provider; each must answer no row. */
const SIMULATED: Readonly<Record<string, string>> = {
  "what the provider took is what we know": `select i.id from simulator_intent i
    join payment p on p.id::text = i.payment_id
    where i.status = 'succeeded' and p.state <> 'captured'
      and not exists (select 1 from late_capture l where l.charge_id = i.charge_id)`,
  "what we know was taken": `select p.id from payment p
    where p.state = 'captured' and p.provider = 'simulator' and p.amount > 0 and not exists
      (select 1 from simulator_intent i where i.id = p.provider_id and i.status = 'succeeded')`,
};
/** The invariants that are broken. */
export async function broken(harness: Scene): Promise<string[]> {
  const own = INVARIANTS.map(({ rule, violations }) => [rule, violations] as const);
  const found: string[] = [];
  for (const [rule, violations] of [...own, ...Object.entries(SIMULATED)])
    if ((await harness.rows(violations)).length > 0) found.push(rule);
  return found;
}
