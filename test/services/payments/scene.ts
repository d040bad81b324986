/** What the tests of payments share: orders that wait for money, and people who pay. */
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

/** The invariants of money; each must answer no row. Names are those of the protocol. */
export const INVARIANTS: Readonly<Record<string, string>> = {
  "attempts end with their payment": `select a.id from attempt a join payment p
    on p.id = a.payment_id where p.state in ('captured', 'closed')
      and a.state in ('sent', 'processing')`,
  "cash is decided under its payment's lock": `select l.id from late_capture l join payment p
    on p.id = l.payment_id where p.provider = 'cash'`,
  "I10 double charge": `select order_id from payment where state = 'captured'
    group by 1 having count(*) > 1`,
  "I11 ledger unbalanced": "select tx from entry group by tx, currency having sum(amount) <> 0",
  "I12 ledger = payments - refunds": `select * from
    (select currency, sum(amount) a from entry
     where account = 'psp_clearing' and kind in ('capture', 'refund') group by 1) e
    full join (select currency, sum(case when state = 'captured' then amount else 0 end)
      - sum(refunded) a from payment group by 1) q using (currency)
    where coalesce(e.a, 0) <> coalesce(q.a, 0)`,
  "I13 refunded = refunds": `select y.id from payment y left join
    (select payment_id, coalesce(sum(amount) filter (where state = 'succeeded'), 0) a,
       coalesce(sum(amount) filter (where state in ('requested', 'sent')), 0) pd
     from refund group by 1) r on r.payment_id = y.id
    where y.refunded <> coalesce(r.a, 0) or y.refund_pending <> coalesce(r.pd, 0)`,
  "I27 events unprocessed": "select event_id from psp_event where processed_at is null",
  "what the provider took is what we know": `select i.id from simulator_intent i
    join payment p on p.id::text = i.payment_id
    where i.status = 'succeeded' and p.state <> 'captured'
      and not exists (select 1 from late_capture l where l.charge_id = i.charge_id)`,
  "what we know was taken": `select p.id from payment p
    where p.state = 'captured' and p.provider = 'simulator' and p.amount > 0 and not exists
      (select 1 from simulator_intent i where i.id = p.provider_id and i.status = 'succeeded')`,
  "late money went back, or somebody was told": `select id from late_capture
    where state not in ('succeeded', 'failed') or state = 'failed' and not exists
      (select 1 from event e where name = 'refund.failed' and e.data ->> 'refundId' = late_capture.id::text)`,
};
/** The names of invariants that are broken. */
export async function broken(harness: Scene): Promise<string[]> {
  const found: string[] = [];
  for (const [name, text] of Object.entries(INVARIANTS))
    if ((await harness.rows(text)).length > 0) found.push(name);
  return found;
}
