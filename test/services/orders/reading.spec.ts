/** Looking at orders: lists, one, its timeline and notes, and what other services ask. */
import { v7 } from "uuid";
import { KeyReused } from "../../../lib/idempotency.ts";
import { CursorInvalid } from "../../../lib/page.ts";
import {
  CancelOrder,
  GetOrder,
  ListOrders,
  NoteOrder,
  OrderNotFound,
  OrderTimeline,
  PlaceOrder,
} from "../../../services/orders/orders.contract.ts";
import { aPerson, staffOf, type TestPerson } from "../../support/stage.ts";
import { becomes, ordersOnStage, pay, type Play } from "./play.ts";
import { statusIn } from "./status.ts";

let harness: Play;
beforeAll(async () => {
  harness = await ordersOnStage();
});
afterAll(() => harness.leave());
const admin = aPerson("admin");

async function placed(person: TestPerson, more: object = {}): Promise<string> {
  const asked = { variantId: harness.world.goodsOf(3), quantity: 1, ...more };
  return (await harness.call(PlaceOrder, asked, person)).orderId;
}
const idsOf = async (asked: object, person: TestPerson) =>
  (await harness.call(ListOrders, asked, person)).items.map(({ id }) => id);

test("everybody lists their own, staff their shops' too, an admin all; the newest first", async () => {
  const [storeId, customer] = [v7(), aPerson()];
  const cashier = staffOf(storeId, "cashier");
  const [first, inShop] = [await placed(customer), await placed(customer, { storeId })];
  const [own, others] = [await placed(cashier), await placed(aPerson(), { storeId: v7() })];

  expect(await idsOf({}, customer)).toEqual([inShop, first]);
  expect(await idsOf({ customerId: customer.id }, customer)).toEqual([inShop, first]);
  expect(await idsOf({ customerId: cashier.id }, customer)).toEqual([]);
  expect(await idsOf({}, cashier)).toEqual([own, inShop]);
  expect(await idsOf({ customerId: customer.id }, cashier)).toEqual([inShop]);
  expect(await idsOf({ limit: 4 }, admin)).toEqual([others, own, inShop, first]);
  expect(await idsOf({ customerId: customer.id }, admin)).toEqual([inShop, first]);
  await expect(harness.call(ListOrders, {})).rejects.toMatchObject({ code: 401 });
});

test("a list is read page by page without gap or doubling, and filtered", async () => {
  const person = aPerson();
  const ids: string[] = [];
  for (let n = 0; n < 5; n += 1) ids.unshift(await placed(person));
  const [last = ""] = ids;
  await harness.call(CancelOrder, { orderId: last }, person);

  const seen: string[] = [];
  let after: string | undefined;
  do {
    const page = await harness.call(ListOrders, { limit: 2, ...(after && { after }) }, person);
    seen.push(...page.items.map(({ id }) => id));
    after = page.next;
  } while (after !== undefined);
  expect(seen).toEqual(ids);
  expect(await idsOf({ status: "cancelled" }, person)).toEqual([last]);
  expect(await idsOf({ status: "paid" }, person)).toEqual([]);

  const { items } = await harness.call(ListOrders, {}, person);
  const [, , middle] = items;
  const at = middle?.createdAt ?? "";
  expect(await idsOf({ from: at }, person)).toContain(middle?.id);
  expect(await idsOf({ to: at }, person)).not.toContain(middle?.id);
  expect((await idsOf({ from: at }, person)).length).toBeGreaterThanOrEqual(3);
  await expect(harness.call(ListOrders, { after: "nonsense" }, person)).rejects.toMatchObject({
    type: CursorInvalid.type,
  });
});

test("one order is shown whole to whom it belongs, in their language; to others there is none", async () => {
  const [storeId, person] = [v7(), aPerson()];
  const shippingAddress = {
    name: "Ada",
    line1: "1 rue",
    postcode: "75001",
    city: "Paris",
    country: "FR",
  };
  const orderId = await placed(person, { storeId, shippingAddress, coupons: ["TEA"] });
  for (const who of [person, staffOf(storeId, "cashier"), admin])
    expect(await harness.call(GetOrder, { orderId }, who, { language: "en" })).toMatchObject({
      id: orderId,
      coupons: ["TEA"],
      shippingAddress,
      lines: [{ line: 0, title: "Green tea", discountMinor: 100, totalMinor: 900 }],
      taxes: [{ basisPoints: 2_000, grossMinor: 900 }],
    });
  for (const who of [aPerson(), staffOf(v7(), "cashier")])
    await expect(harness.call(GetOrder, { orderId }, who)).rejects.toMatchObject({
      type: OrderNotFound.type,
      code: 404,
    });
});

test("numbers grow and are never given twice", async () => {
  const person = aPerson();
  for (let n = 0; n < 4; n += 1) await placed(person);
  const numbers = (await harness.call(ListOrders, {}, person)).items.map(({ number }) => number);
  expect(numbers).toEqual([...numbers].sort((a, b) => b - a));
  expect(new Set(numbers).size).toBe(4);
});

test("the timeline tells the steps in their order, and notes; customers see only their own notes", async () => {
  const person = aPerson();
  const orderId = await placed(person, { note: "please wrap it" });
  await pay(harness, orderId);
  await becomes(harness, orderId, "paid");
  await harness.call(NoteOrder, { orderId, text: "fragile" }, admin);

  const all = (await harness.call(OrderTimeline, { orderId }, admin)).timeline;
  const steps = all.filter(({ kind }) => kind === "step");
  expect(steps.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
    "reserve begun",
    "reserve reserved",
    "pay opened",
    "pay captured",
    "commit committed",
  ]);
  expect(all.filter(({ kind }) => kind === "note").map(({ text }) => text)).toEqual([
    "please wrap it",
    "fragile",
  ]);
  expect(all.map(({ at }) => at)).toEqual(all.map(({ at }) => at).sort());
  const own = (await harness.call(OrderTimeline, { orderId }, person)).timeline;
  expect(own.flatMap(({ text = [] }) => text)).toEqual(["please wrap it"]);
  await expect(harness.call(OrderTimeline, { orderId }, aPerson())).rejects.toMatchObject({
    code: 404,
  });
});

test("a note is written once by one key, and by nobody on others' orders", async () => {
  const person = aPerson();
  const orderId = await placed(person);
  const note = { orderId, text: "ring twice" };
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => harness.call(NoteOrder, note, person, { key: "note" })),
  );
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  const { timeline } = await harness.call(OrderTimeline, { orderId }, person);
  expect(timeline.filter(({ kind }) => kind === "note")).toEqual([answers[0]]);
  const other = harness.call(NoteOrder, { ...note, text: "no" }, person, { key: "note" });
  await expect(other).rejects.toMatchObject({ type: KeyReused.type });
  await expect(harness.call(NoteOrder, note, aPerson())).rejects.toMatchObject({ code: 404 });
});

test("it is said whether the order got as far as its payment", async () => {
  const [person, variantId] = [aPerson(), harness.world.goodsOf(9)];
  const asked = { variantId, quantity: 1 };
  expect((await statusIn(harness, PlaceOrder, asked, person)).status).toBe(201);
  harness.world.next("inventory.reserve", "fails");
  const { status, answer } = await statusIn(harness, PlaceOrder, asked, person);
  expect([status, answer.order.status]).toEqual([202, "pending"]);
  await becomes(harness, answer.orderId, "awaiting_payment");
});
