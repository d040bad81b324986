/** Who may do what with a transfer, and when; and many at once. */
import { v7 } from "uuid";
import {
  CancelTransfer,
  CloseStore,
  DraftTransfer,
  GetTransfer,
  GlobalStock,
  ListTransfers,
  ProveStock,
  ReceiveTransfer,
  ReserveStock,
  ShipTransfer,
} from "../../../services/inventory/inventory.contract.ts";
import inventory from "../../../services/inventory/inventory.service.ts";
import { aPerson, staffOf, stage, type Stage } from "../../support/stage.ts";
import { anOrder, aStore, aVariant, stockOf } from "./shop.ts";

let harness: Stage;
let from: string;
let to: string;
const admin = aPerson("admin");
const sql = () => harness.db("inventory").sql;
beforeAll(async () => {
  harness = await stage([inventory], { feeds: ["catalog"] });
  from = await aStore(sql());
  to = await aStore(sql());
});
afterAll(() => harness.leave());

const draft = (lines: [variantId: string, quantity: number][]) =>
  harness.call(
    DraftTransfer,
    {
      fromStoreId: from,
      toStoreId: to,
      lines: lines.map(([variantId, quantity]) => ({ variantId, quantity })),
    },
    admin,
  );
const ship = (transferId: string) => harness.call(ShipTransfer, { transferId }, admin);
const receive = (transferId: string, more: object = {}) =>
  harness.call(ReceiveTransfer, { transferId, ...more }, admin);
const cancel = (transferId: string) => harness.call(CancelTransfer, { transferId }, admin);
const onHand = async (variantId: string) =>
  Promise.all(
    [from, to].map(async (store) => (await stockOf(sql(), store, variantId))?.on_hand ?? 0),
  );

test("each step is possible in its state only, once", async () => {
  const tea = await aVariant(sql(), { [from]: 10 });
  const { id } = await draft([[tea, 1]]);
  const refused = { type: "TRANSFER_NOT_OPEN", code: 409 };
  await expect(receive(id)).rejects.toMatchObject(refused);
  const twice = await Promise.allSettled([ship(id), ship(id)]);
  expect(twice.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  await receive(id);
  for (const again of [ship, receive, cancel])
    await expect(again(id)).rejects.toMatchObject(refused);
  const { id: dropped } = await draft([[tea, 1]]);
  await cancel(dropped);
  for (const again of [ship, receive, cancel])
    await expect(again(dropped)).rejects.toMatchObject(refused);
  expect(await onHand(tea)).toEqual([9, 1]);
});

test("with one Idempotency-Key a part is received once", async () => {
  const tea = await aVariant(sql(), { [from]: 10 });
  const { id } = await draft([[tea, 6]]);
  await ship(id);
  const key = v7();
  const params = { transferId: id, lines: [{ variantId: tea, received: 2 }] };
  const ask = () => harness.call(ReceiveTransfer, params, admin, { key });
  const [first, second] = await Promise.all([ask(), ask()]);
  expect(second).toEqual(first);
  expect(await onHand(tea)).toEqual([4, 2]);
});

test("the sender ships and cancels, the receiver receives; to anybody else it is not there", async () => {
  const tea = await aVariant(sql(), { [from]: 10 });
  const [sender, receiver, stranger] = [from, to, v7()].map((id) => staffOf(id, "stock_clerk"));
  const [transferId, notFound] = [(await draft([[tea, 1]])).id, { code: 404 }];
  const one = { transferId };
  const otherStore = (storeId: string) => ({
    type: "TRANSFER_OF_OTHER_STORE",
    code: 403,
    data: { transferId, storeId },
  });
  await expect(harness.call(ShipTransfer, one, receiver)).rejects.toMatchObject(otherStore(from));
  await expect(harness.call(ShipTransfer, one, stranger)).rejects.toMatchObject(notFound);
  await harness.call(ShipTransfer, one, sender);
  await expect(harness.call(ReceiveTransfer, one, sender)).rejects.toMatchObject(otherStore(to));
  await expect(harness.call(CancelTransfer, one, receiver)).rejects.toMatchObject(otherStore(from));
  await expect(harness.call(ReceiveTransfer, one, stranger)).rejects.toMatchObject(notFound);
  await expect(harness.call(GetTransfer, one, stranger)).rejects.toMatchObject(notFound);
  expect((await harness.call(ListTransfers, {}, stranger)).items).toEqual([]);
  expect((await harness.call(ListTransfers, { limit: 1 }, receiver)).items[0]?.id).toBe(transferId);
  await harness.call(ReceiveTransfer, one, receiver);
  await expect(harness.call(ShipTransfer, one, aPerson())).rejects.toMatchObject({ code: 403 });
  const lines = [{ variantId: tea, quantity: 1 }];
  const theirs = harness.call(DraftTransfer, { fromStoreId: from, toStoreId: to, lines }, stranger);
  await expect(theirs).rejects.toMatchObject(notFound);
});

test("a transfer needs two open stores and things, each once", async () => {
  const tea = await aVariant(sql());
  const lesson = await aVariant(sql(), {}, { stocked: false });
  const params = { fromStoreId: from, toStoreId: to, lines: [{ variantId: tea, quantity: 1 }] };
  const ask = (more: object) => harness.call(DraftTransfer, { ...params, ...more }, admin);
  const [line] = params.lines;
  await expect(ask({ toStoreId: from })).rejects.toMatchObject({ type: "TRANSFER_INVALID" });
  await expect(ask({ lines: [line, line] })).rejects.toMatchObject({ type: "TRANSFER_INVALID" });
  await expect(ask({ toStoreId: v7() })).rejects.toMatchObject({ type: "STORE_NOT_FOUND" });
  const of = (variantId: string) => ask({ lines: [{ variantId, quantity: 1 }] });
  await expect(of(lesson)).rejects.toMatchObject({ type: "NOT_STOCKED" });
  await expect(of(v7())).rejects.toMatchObject({ type: "VARIANT_NOT_FOUND" });
});

test("a store does not close while goods are on their way to it", async () => {
  const target = await aStore(sql());
  const tea = await aVariant(sql(), { [from]: 1 });
  const lines = [{ variantId: tea, quantity: 1 }];
  const { id } = await harness.call(
    DraftTransfer,
    { fromStoreId: from, toStoreId: target, lines },
    admin,
  );
  await ship(id);
  const close = () => harness.call(CloseStore, { storeId: target }, admin);
  await expect(close()).rejects.toMatchObject({ type: "STORE_HAS_STOCK" });
  await cancel(id);
  expect((await close()).closedAt).toBeDefined();
});

test("transfers both ways at once, with orders between them, neither deadlock nor lose a piece", async () => {
  const things = await Promise.all(
    Array.from({ length: 5 }, () => aVariant(sql(), { [from]: 100, [to]: 100 })),
  );
  const one = async (n: number) => {
    const [fromStoreId, toStoreId] = n % 2 ? [from, to] : [to, from];
    const lines = things
      .toSorted(() => Math.random() - 0.5)
      .map((variantId) => ({ variantId, quantity: 1 + (n % 3) }));
    const { id } = await harness.call(DraftTransfer, { fromStoreId, toStoreId, lines }, admin);
    await Promise.all([
      ship(id),
      harness.call(ReserveStock, anOrder(lines.map(({ variantId }) => [variantId, 1]))),
    ]);
    await (n % 5 ? receive(id) : cancel(id));
  };
  await Promise.all(Array.from({ length: 20 }, (_, n) => one(n)));
  for (const variantId of things) {
    const { items } = await harness.call(GlobalStock, { variantId }, admin);
    expect(items).toMatchObject([{ onHand: 200, reserved: 20, inTransit: 0 }]);
  }
  expect(await harness.call(ProveStock, {}, admin)).toMatchObject({ holds: true });
});
