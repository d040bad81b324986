/** Whole orders given back, and what came and went. */
import { v7 } from "uuid";
import type { Params } from "../../../lib/contract.ts";
import { CursorInvalid } from "../../../lib/page.ts";
import {
  GetPayment,
  ListPayments,
  PaymentNotFound,
  RefundOrder,
  RefundPayment,
  RefundSucceeded,
  ReportPayments,
  ShowTrialBalance,
} from "../../../services/payments/payments.contract.ts";
import { aPerson, eventually, staffOf, type TestPerson } from "../../support/stage.ts";
import { broken, type Order, scene, type Scene } from "./scene.ts";

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
const refundOrder = ({ orderId }: Order, commandId = v7()) =>
  harness.call(RefundOrder, { commandId, orderId, reason: "order cancelled" });
const succeededOf = async (paymentId: string) =>
  (await harness.published("payments", RefundSucceeded)).filter(
    (published) => published.paymentId === paymentId,
  );

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
    await harness.simulate({ refund: "late", lateMs: 300 });
    const commandId = v7();
    expect(await refundOrder(order, commandId)).toEqual({ state: "pending" });
    expect(await refundOrder(order)).toEqual({ state: "pending" });
    await eventually(async () =>
      expect(await refundOrder(order, commandId)).toEqual({ state: "succeeded" }),
    );
  });

  test("that was never paid is for somebody to look at", async () => {
    const { order } = harness.anOrder();
    expect(await refundOrder(order)).toEqual({ state: "failed" });
    await harness.open(order);
    expect(await refundOrder(order)).toEqual({ state: "pending" });
    await harness.close(order);
    expect(await refundOrder(order)).toEqual({ state: "failed" });
  });
});

describe("looking at payments", () => {
  const list = (person: TestPerson, asked: Params<typeof ListPayments> = {}) =>
    harness.call(ListPayments, asked, person);

  test("each sees their own, their stores', or all", async () => {
    const { order, payer, paymentId } = await paidOrder();
    const byOrder = { orderId: order.orderId };
    for (const person of [payer, harness.cashier, harness.manager, aPerson("accountant")]) {
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
      const { order } = harness.anOrder(100, { customerId: payer.id });
      paid.unshift((await harness.pay(order, payer)).paymentId);
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
    const { order } = harness.anOrder();
    await harness.close(order);
    const [row] = await harness.rows<{ id: string }>("select id from payment where order_id = $1", [
      order.orderId,
    ]);
    await expect(show(row?.id ?? "", harness.admin)).rejects.toMatchObject({ code: 404 });
    expect((await list(harness.admin, { orderId: order.orderId })).items).toEqual([]);
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
      const { order } = harness.anOrder(total, { storeId });
      const { paymentId } = await harness.pay(order, manager, { provider });
      await refund(paymentId, { amountMinor: 200 }, manager);
    }
    const report = (asked: Params<typeof ReportPayments>, person = manager) =>
      harness.call(ReportPayments, asked, person);
    const sums = { currency: "EUR", payments: 1, refunds: 1, refundedMinor: 200 };
    expect((await report({ group: "provider" })).rows).toEqual([
      { ...sums, group: "cash", capturedMinor: 500, netMinor: 300, net: 3 },
      { ...sums, group: "simulator", capturedMinor: 1_000, netMinor: 800, net: 8 },
    ]);
    const today = new Intl.DateTimeFormat("sv", { timeZone: "Europe/Paris" }).format();
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    expect((await report({})).timeZone).toBe("Europe/Paris");
    expect((await report({})).rows).toMatchObject([{ group: today, capturedMinor: 1_500 }]);
    const month = await report({ group: "month", from: `2026-01-01T00:00:00.000Z`, to: tomorrow });
    expect(month.rows).toMatchObject([{ group: today.slice(0, 7), netMinor: 1_100 }]);
    expect((await report({ from: tomorrow })).rows).toEqual([]);
    await expect(report({}, aPerson())).rejects.toMatchObject({ code: 403 });
    expect((await report({}, staffOf(v7(), "store_manager"))).rows).toEqual([]);

    const trial = await harness.call(ShowTrialBalance, {}, manager);
    expect(trial).toEqual({
      balanced: true,
      accounts: [
        expect.objectContaining({ account: "cash", balanceMinor: 300, balance: 3 }),
        expect.objectContaining({ account: "customer_orders", balanceMinor: -1_100 }),
        expect.objectContaining({ account: "psp_clearing", balanceMinor: 800 }),
      ],
    });
    const everything = await harness.call(ShowTrialBalance, {}, aPerson("accountant"));
    expect(everything.balanced).toBe(true);
  });
});

test("the ledger, the payments and the provider agree", async () => {
  await eventually(async () => {
    await harness.hurry();
    expect(await broken(harness)).toEqual([]);
  });
});
