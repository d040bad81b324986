/** Giving money back, and looking at what came and went. */
import { v7 } from "uuid";
import type { Params } from "../../../lib/contract.ts";
import { KeyReused } from "../../../lib/idempotency.ts";
import { CursorInvalid } from "../../../lib/page.ts";
import {
  GetPayment,
  ListPayments,
  NotCaptured,
  PaymentNotFound,
  RefundFailed,
  RefundOrder,
  RefundPayment,
  RefundSucceeded,
  RefundTooLarge,
  RefundUnclear,
  ReportPayments,
  ShowTrialBalance,
} from "../../../services/payments/payments.contract.ts";
import { aPerson, eventually, staffOf, type TestPerson } from "../../support/stage.ts";
import { broken, type Order, scene, type Scene } from "./scene.ts";

let play: Scene;
beforeAll(async () => {
  play = await scene();
});
afterAll(() => play.leave());
afterEach(() => play.simulate({}));

const paidOrder = async (totalMinor = 10_000, provider: "simulator" | "cash" = "simulator") => {
  const { order, payer } = play.anOrder(totalMinor);
  const by = provider === "cash" ? play.cashier : payer;
  const { paymentId } = await play.pay(order, by, { provider });
  return { order, payer, paymentId };
};
type Asked = Partial<Params<typeof RefundPayment>>;
const refund = (paymentId: string, asked: Asked, person: TestPerson = play.manager, key?: string) =>
  play.call(RefundPayment, { paymentId, reason: "broken on arrival", ...asked }, person, {
    ...(key !== undefined && { key }),
  });
const show = (paymentId: string, person: TestPerson = play.manager) =>
  play.call(GetPayment, { paymentId }, person);
const refundOrder = ({ orderId }: Order, commandId = v7()) =>
  play.call(RefundOrder, { commandId, orderId, reason: "order cancelled" });
const succeededOf = async (paymentId: string) =>
  (await play.told("payments", RefundSucceeded)).filter((told) => told.paymentId === paymentId);
const left = async (paymentId: string) => {
  const { amountMinor, refundedMinor, refundPendingMinor } = await show(paymentId);
  return amountMinor - refundedMinor - refundPendingMinor;
};

describe("a refund", () => {
  test.each(["simulator", "cash"] as const)(
    "of a part by %s is booked and told",
    async (provider) => {
      const { order, payer, paymentId } = await paidOrder(10_000, provider);
      const made = await refund(paymentId, { amount: 25.5 });
      expect(made).toMatchObject({ state: "succeeded", amountMinor: 2_550, amount: 25.5 });
      expect(await succeededOf(paymentId)).toEqual([
        {
          paymentId,
          orderId: order.orderId,
          customerId: payer.id,
          currency: "EUR",
          amountMinor: 2_550,
          refundId: made.id,
        },
      ]);
      expect(await show(paymentId)).toMatchObject({
        state: "captured",
        refundedMinor: 2_550,
        refundPendingMinor: 0,
        refunds: [made],
      });
      const sums = await play.rows(
        "select account, sum(amount)::int as amount from entry where ref = $1 group by 1 order by 1",
        [made.id],
      );
      expect(sums).toEqual(
        provider === "cash"
          ? [
              { account: "cash", amount: -2_550 },
              { account: "customer_orders", amount: 2_550 },
              { account: "psp_clearing", amount: 0 },
            ]
          : [
              { account: "customer_orders", amount: 2_550 },
              { account: "psp_clearing", amount: -2_550 },
            ],
      );
    },
  );

  test("of more than is left is refused with what is left", async () => {
    const { paymentId } = await paidOrder(1_000);
    await refund(paymentId, { amountMinor: 400 });
    await expect(refund(paymentId, { amountMinor: 601 })).rejects.toMatchObject({
      type: RefundTooLarge.type,
      code: 422,
      data: { left: "6.00", leftMinor: 600 },
    });
    await refund(paymentId, { amountMinor: 600 });
    await expect(refund(paymentId, { amountMinor: 1 })).rejects.toMatchObject({ code: 422 });
  });

  test("asked by many at once gives back no more than was paid", async () => {
    const { paymentId } = await paidOrder(1_000);
    const asked = Array.from({ length: 20 }, () => refund(paymentId, { amountMinor: 150 }));
    const answers = await Promise.allSettled(asked);
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(6);
    expect(await succeededOf(paymentId)).toHaveLength(6);
    expect(await left(paymentId)).toBe(100);
  });

  test("with the same key is one refund, with another body refused", async () => {
    const { paymentId } = await paidOrder();
    const key = v7();
    const asked = { amountMinor: 100 };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => refund(paymentId, asked, play.manager, key)),
    );
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(await left(paymentId)).toBe(9_900);
    const other = refund(paymentId, { amountMinor: 101 }, play.manager, key);
    await expect(other).rejects.toMatchObject({ type: KeyReused.type });
  });

  test("must say how much, once", async () => {
    const { paymentId } = await paidOrder();
    for (const unclear of [{}, { amount: 0 }, { amount: 1, amountMinor: 100 }])
      await expect(refund(paymentId, unclear)).rejects.toMatchObject({ type: RefundUnclear.type });
  });

  test("needs a captured payment", async () => {
    const { order } = play.anOrder();
    const { paymentId } = await play.open(order);
    await expect(refund(paymentId, { amountMinor: 1 })).rejects.toMatchObject({
      type: NotCaptured.type,
      code: 409,
    });
  });

  test("is the manager's of that store and the accountant's, nobody else's", async () => {
    const { payer, paymentId } = await paidOrder();
    for (const person of [payer, play.cashier, aPerson("stock_clerk")])
      await expect(refund(paymentId, { amountMinor: 1 }, person)).rejects.toMatchObject({
        code: 403,
      });
    const elsewhere = staffOf(v7(), "store_manager");
    for (const person of [elsewhere, { ...elsewhere, id: payer.id }])
      await expect(refund(paymentId, { amountMinor: 1 }, person)).rejects.toMatchObject({
        type: PaymentNotFound.type,
        code: 404,
      });
    await refund(paymentId, { amountMinor: 1 }, aPerson("accountant"));
  });

  test("that the provider refuses sets the money free again and is told", async () => {
    const { paymentId } = await paidOrder();
    await play.simulate({ refund: "fail" });
    const made = await refund(paymentId, { amountMinor: 100 });
    expect(made).toMatchObject({ state: "failed", failure: "refund_refused" });
    const failed = await play.told("payments", RefundFailed);
    expect(failed.filter((told) => told.paymentId === paymentId)).toMatchObject([
      { refundId: made.id, reason: "refund_refused", amountMinor: 100 },
    ]);
    expect(await left(paymentId)).toBe(10_000);
  });

  test("that the provider decides late is set aside until then", async () => {
    const { paymentId } = await paidOrder();
    await play.simulate({ refund: "late", lateMs: 300 });
    expect(await refund(paymentId, { amountMinor: 100 })).toMatchObject({ state: "sent" });
    expect(await show(paymentId)).toMatchObject({ refundPendingMinor: 100, refundedMinor: 0 });
    await eventually(async () =>
      expect(await show(paymentId)).toMatchObject({ refundPendingMinor: 0, refundedMinor: 100 }),
    );
    expect(await succeededOf(paymentId)).toHaveLength(1);
  });

  test.each([true, false])("whose answer is lost (done: %s) is given once", async (done) => {
    const { paymentId } = await paidOrder();
    await play.simulate({ timeout: { call: "refund", done, times: 2 } });
    expect(await refund(paymentId, { amountMinor: 100 })).toMatchObject({ state: "requested" });
    await eventually(async () => {
      await play.hurry();
      expect(await show(paymentId)).toMatchObject({ refundPendingMinor: 0, refundedMinor: 100 });
    });
    expect(await succeededOf(paymentId)).toHaveLength(1);
    expect(
      await play.rows(
        `select 1 from simulator_refund r join payment p on p.provider_id = r.intent_id
         where p.id = $1`,
        [paymentId],
      ),
    ).toHaveLength(1);
  });
});

describe("giving back a whole order", () => {
  test("gives back what is left, once for one command however often it comes", async () => {
    const { order, paymentId } = await paidOrder(1_000);
    await refund(paymentId, { amountMinor: 300 });
    const commandId = v7();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => refundOrder(order, commandId)),
    );
    expect(new Set(answers.map(({ state }) => state))).toEqual(new Set(["succeeded"]));
    expect((await succeededOf(paymentId)).map(({ amountMinor }) => amountMinor)).toEqual([
      300, 700,
    ]);
    expect(await refundOrder(order)).toEqual({ state: "succeeded" });
    expect(await succeededOf(paymentId)).toHaveLength(2);
  });

  test("is pending until the provider has decided", async () => {
    const { order } = await paidOrder();
    await play.simulate({ refund: "late", lateMs: 300 });
    const commandId = v7();
    expect(await refundOrder(order, commandId)).toEqual({ state: "pending" });
    expect(await refundOrder(order)).toEqual({ state: "pending" });
    await eventually(async () =>
      expect(await refundOrder(order, commandId)).toEqual({ state: "succeeded" }),
    );
  });

  test("that was never paid is for somebody to look at", async () => {
    const { order } = play.anOrder();
    expect(await refundOrder(order)).toEqual({ state: "failed" });
    await play.open(order);
    expect(await refundOrder(order)).toEqual({ state: "pending" });
    await play.close(order);
    expect(await refundOrder(order)).toEqual({ state: "failed" });
  });
});

describe("looking at payments", () => {
  const list = (person: TestPerson, asked: Params<typeof ListPayments> = {}) =>
    play.call(ListPayments, asked, person);

  test("each sees their own, their stores', or all", async () => {
    const { order, payer, paymentId } = await paidOrder();
    const byOrder = { orderId: order.orderId };
    for (const person of [payer, play.cashier, play.manager, aPerson("accountant")]) {
      expect((await list(person, byOrder)).items).toMatchObject([{ id: paymentId }]);
      expect(await show(paymentId, person)).toMatchObject({ orderId: order.orderId });
    }
    for (const person of [aPerson(), staffOf(v7(), "cashier")]) {
      expect((await list(person, byOrder)).items).toEqual([]);
      await expect(show(paymentId, person)).rejects.toMatchObject({ type: PaymentNotFound.type });
    }
    expect((await list(payer)).items).toHaveLength(1);
  });

  test("page by page, each once, the newest first", async () => {
    const { payer } = await paidOrder();
    const paid = [];
    for (let n = 0; n < 5; n += 1) {
      const { order } = play.anOrder(100, { customerId: payer.id });
      paid.unshift((await play.pay(order, payer)).paymentId);
    }
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await list(payer, { limit: 2, ...(after !== undefined && { after }) });
      seen.push(...page.items.map(({ id }) => id));
      after = page.next;
    } while (after !== undefined);
    expect(seen.slice(0, 5)).toEqual(paid);
    expect(seen).toHaveLength(6);
    const forged = Buffer.from('["x"]').toString("base64url");
    await expect(list(payer, { after: forged })).rejects.toMatchObject({
      type: CursorInvalid.type,
    });
  });

  test("a tombstone is no payment to look at", async () => {
    const { order } = play.anOrder();
    await play.close(order);
    const [row] = await play.rows<{ id: string }>("select id from payment where order_id = $1", [
      order.orderId,
    ]);
    await expect(show(row?.id ?? "", play.admin)).rejects.toMatchObject({ code: 404 });
    expect((await list(play.admin, { orderId: order.orderId })).items).toEqual([]);
  });
});

describe("reports", () => {
  test("sum what came and went, of the caller's stores only", async () => {
    const storeId = v7();
    const manager = staffOf(storeId, "store_manager");
    for (const [total, provider] of [
      [1_000, "simulator"],
      [500, "cash"],
    ] as const) {
      const { order } = play.anOrder(total, { storeId });
      const { paymentId } = await play.pay(order, manager, { provider });
      await refund(paymentId, { amountMinor: 200 }, manager);
    }
    const report = (asked: Params<typeof ReportPayments>, person = manager) =>
      play.call(ReportPayments, asked, person);
    const sums = { currency: "EUR", payments: 1, refunds: 1, refundedMinor: 200 };
    expect((await report({ group: "provider" })).rows).toEqual([
      { ...sums, group: "cash", capturedMinor: 500, netMinor: 300, net: 3 },
      { ...sums, group: "simulator", capturedMinor: 1_000, netMinor: 800, net: 8 },
    ]);
    const today = new Date().toISOString().slice(0, 10);
    expect((await report({})).rows).toMatchObject([{ group: today, capturedMinor: 1_500 }]);
    const month = await report({ group: "month", from: `${today.slice(0, 7)}-01T00:00:00.000Z` });
    expect(month.rows).toMatchObject([{ group: today.slice(0, 7), netMinor: 1_100 }]);
    expect((await report({ to: `${today}T00:00:00.000Z` })).rows).toEqual([]);
    await expect(report({}, aPerson())).rejects.toMatchObject({ code: 403 });
    expect((await report({}, staffOf(v7(), "store_manager"))).rows).toEqual([]);

    const trial = await play.call(ShowTrialBalance, {}, manager);
    expect(trial).toEqual({
      balanced: true,
      accounts: [
        expect.objectContaining({ account: "cash", balanceMinor: 300, balance: 3 }),
        expect.objectContaining({ account: "customer_orders", balanceMinor: -1_100 }),
        expect.objectContaining({ account: "psp_clearing", balanceMinor: 800 }),
      ],
    });
    const everything = await play.call(ShowTrialBalance, {}, aPerson("accountant"));
    expect(everything.balanced).toBe(true);
  });
});

describe("the database itself refuses", () => {
  const { rows } = { rows: (text: string) => play.rows(text) };
  test.each([
    [
      "an entry without its counterpart",
      `insert into entry (tx, account, currency, amount, ref, kind)
      values (gen_random_uuid(), 'cash', 'EUR', 5, gen_random_uuid(), 'capture')`,
      /balance/,
    ],
    ["to change the ledger", "update entry set amount = amount + 1", /append-only/],
    ["to shorten the ledger", "delete from entry", /append-only/],
    ["to empty the ledger", "truncate entry", /append-only/],
    [
      "to give back more than was paid",
      "update payment set refunded = amount + 1 where state = 'captured'",
      /check/,
    ],
    [
      "to reopen what is captured",
      "update payment set state = 'open', captured_at = null where state = 'captured'",
      /cannot go/,
    ],
    ["to change an amount", "update payment set amount = amount + 1", /cannot change/],
    [
      "a second live payment",
      `insert into payment (id, order_id, customer_id, provider, currency, amount, state)
      select gen_random_uuid(), order_id, customer_id, provider, currency, amount, 'open'
      from payment where state = 'captured' limit 1`,
      /one_live_payment/,
    ],
  ])("%s", async (_, statement, words) => {
    await paidOrder();
    await expect(rows(statement)).rejects.toThrow(words);
  });
});

test("the ledger, the payments and the provider agree", async () => {
  await eventually(async () => {
    await play.hurry();
    expect(await broken(play)).toEqual([]);
  });
});
