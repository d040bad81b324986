/** Giving a payment back, or a part of it. */
import { v7 } from "uuid";
import type { Params } from "../../../lib/contract.ts";
import { KeyReused } from "../../../lib/idempotency.ts";
import {
  GetPayment,
  NotCaptured,
  PaymentNotFound,
  RefundFailed,
  RefundPayment,
  RefundSucceeded,
  RefundTooLarge,
  RefundUnclear,
} from "../../../services/payments/payments.contract.ts";
import { aPerson, eventually, staffOf, type TestPerson } from "../../support/stage.ts";
import { broken, scene, type Scene } from "./scene.ts";

let harness: Scene;
beforeAll(async () => {
  harness = await scene();
});
afterAll(() => harness.leave());
afterEach(() => harness.simulate({}));

const paidOrder = async (totalMinor = 10_000, provider: "simulator" | "cash" = "simulator") => {
  const { order, payer } = harness.anOrder(totalMinor);
  const by = provider === "cash" ? harness.cashier : payer;
  const { paymentId } = await harness.pay(order, by, { provider });
  return { order, payer, paymentId };
};
type Asked = Partial<Params<typeof RefundPayment>>;
const refund = (
  paymentId: string,
  asked: Asked,
  person: TestPerson = harness.manager,
  key?: string,
) =>
  harness.call(RefundPayment, { paymentId, reason: "broken on arrival", ...asked }, person, {
    ...(key !== undefined && { key }),
  });
const show = (paymentId: string, person: TestPerson = harness.manager) =>
  harness.call(GetPayment, { paymentId }, person);
const succeededOf = async (paymentId: string) =>
  (await harness.published("payments", RefundSucceeded)).filter(
    (published) => published.paymentId === paymentId,
  );
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
      const sums = await harness.rows(
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
      Array.from({ length: 10 }, () => refund(paymentId, asked, harness.manager, key)),
    );
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(await left(paymentId)).toBe(9_900);
    const other = refund(paymentId, { amountMinor: 101 }, harness.manager, key);
    await expect(other).rejects.toMatchObject({ type: KeyReused.type });
  });

  test("must say how much, once", async () => {
    const { paymentId } = await paidOrder();
    for (const unclear of [{}, { amount: 0 }, { amount: 1, amountMinor: 100 }])
      await expect(refund(paymentId, unclear)).rejects.toMatchObject({ type: RefundUnclear.type });
  });

  test("needs a captured payment", async () => {
    const { order } = harness.anOrder();
    const { paymentId } = await harness.open(order);
    await expect(refund(paymentId, { amountMinor: 1 })).rejects.toMatchObject({
      type: NotCaptured.type,
      code: 409,
    });
  });

  test("is the manager's of that store and the accountant's, nobody else's", async () => {
    const { payer, paymentId } = await paidOrder();
    for (const person of [payer, harness.cashier, aPerson("stock_clerk")])
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
    await harness.simulate({ refund: "fail" });
    const made = await refund(paymentId, { amountMinor: 100 });
    expect(made).toMatchObject({ state: "failed", failure: "refund_refused" });
    const failed = await harness.published("payments", RefundFailed);
    expect(failed.filter((published) => published.paymentId === paymentId)).toMatchObject([
      { refundId: made.id, reason: "refund_refused", amountMinor: 100 },
    ]);
    expect(await left(paymentId)).toBe(10_000);
  });

  test("that the provider decides late is set aside until then", async () => {
    const { paymentId } = await paidOrder();
    await harness.simulate({ refund: "late", lateMs: 300 });
    expect(await refund(paymentId, { amountMinor: 100 })).toMatchObject({ state: "sent" });
    expect(await show(paymentId)).toMatchObject({ refundPendingMinor: 100, refundedMinor: 0 });
    await eventually(async () =>
      expect(await show(paymentId)).toMatchObject({ refundPendingMinor: 0, refundedMinor: 100 }),
    );
    expect(await succeededOf(paymentId)).toHaveLength(1);
  });

  test.each([true, false])("whose answer is lost (done: %s) is given once", async (done) => {
    const { paymentId } = await paidOrder();
    await harness.simulate({ timeout: { call: "refund", done, times: 2 } });
    expect(await refund(paymentId, { amountMinor: 100 })).toMatchObject({ state: "requested" });
    await eventually(async () => {
      await harness.hurry();
      expect(await show(paymentId)).toMatchObject({ refundPendingMinor: 0, refundedMinor: 100 });
    });
    expect(await succeededOf(paymentId)).toHaveLength(1);
    expect(
      await harness.rows(
        `select 1 from simulator_refund r join payment p on p.provider_id = r.intent_id
         where p.id = $1`,
        [paymentId],
      ),
    ).toHaveLength(1);
  });
});

test("the ledger, the payments and the provider agree", async () => {
  await eventually(async () => {
    await harness.hurry();
    expect(await broken(harness)).toEqual([]);
  });
});
