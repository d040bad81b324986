/** Goods between stores: Σ(on hand + in transit + lost) is the same whatever is done. */
import { v7 } from "uuid";
import {
  CancelTransfer,
  CloseStore,
  DraftTransfer,
  GetTransfer,
  GlobalStock,
  ListLedger,
  ListTransfers,
  ProveStock,
  ReceiveTransfer,
  ReserveStock,
  ShipTransfer,
  TransferCancelled,
  TransferDrafted,
  TransferReceived,
  TransferShipped,
} from "../../../services/inventory/inventory.contract.ts";
import inventory from "../../../services/inventory/inventory.service.ts";
import { aPerson, staffOf, stage, type Stage } from "../../support/stage.ts";
import { anOrder, aStore, aVariant, stockOf } from "./shop.ts";

let play: Stage;
let from: string;
let to: string;
const admin = aPerson("admin");
const sql = () => play.db("inventory").sql;
beforeAll(async () => {
  play = await stage([inventory], { feeds: ["catalog"] });
  from = await aStore(sql());
  to = await aStore(sql());
});
afterAll(() => play.leave());

const draft = (lines: [variantId: string, quantity: number][]) =>
  play.call(
    DraftTransfer,
    {
      fromStoreId: from,
      toStoreId: to,
      lines: lines.map(([variantId, quantity]) => ({ variantId, quantity })),
    },
    admin,
  );
const ship = (transferId: string) => play.call(ShipTransfer, { transferId }, admin);
const receive = (transferId: string, more: object = {}) =>
  play.call(ReceiveTransfer, { transferId, ...more }, admin);
const cancel = (transferId: string) => play.call(CancelTransfer, { transferId }, admin);
const onHand = async (variantId: string) =>
  Promise.all(
    [from, to].map(async (store) => (await stockOf(sql(), store, variantId))?.on_hand ?? 0),
  );
const inTransit = async (variantId: string) =>
  (await play.call(GlobalStock, { variantId }, admin)).items[0]?.inTransit;

test("a draft moves nothing; shipped, it is in transit; received, it is there", async () => {
  const tea = await aVariant(sql(), { [from]: 10 });
  const { id, state, number } = await draft([[tea, 4]]);
  expect(state).toBe("draft");
  expect(number).toBeGreaterThan(0);
  expect(await onHand(tea)).toEqual([10, 0]);

  expect(await ship(id)).toMatchObject({ state: "shipped", lines: [{ sent: 4, received: 0 }] });
  expect(await onHand(tea)).toEqual([6, 0]);
  expect(await inTransit(tea)).toBe(4);

  const received = await receive(id);
  expect(received).toMatchObject({ state: "received", lines: [{ sent: 4, received: 4 }] });
  expect(received.endedAt).toBeDefined();
  expect(await onHand(tea)).toEqual([6, 4]);
  expect(await inTransit(tea)).toBe(0);
  expect(await play.call(GetTransfer, { transferId: id }, admin)).toEqual(received);

  const fact = { transferId: id, fromStoreId: from, toStoreId: to };
  const lines = [{ variantId: tea, quantity: 4 }];
  expect(await play.told("inventory", TransferDrafted)).toContainEqual(fact);
  expect(await play.told("inventory", TransferShipped)).toContainEqual({ ...fact, lines });
  expect(await play.told("inventory", TransferReceived)).toContainEqual({ ...fact, lines, complete: true }); // oxfmt-ignore
});

test("it may arrive in parts, and what never does is lost with a reason", async () => {
  const tea = await aVariant(sql(), { [from]: 10 });
  const { id } = await draft([[tea, 6]]);
  await ship(id);
  const part = await receive(id, { lines: [{ variantId: tea, received: 2 }] });
  expect(part.state).toBe("shipped");
  const lost = { variantId: tea, received: 3, lost: 1, reason: "Fell off the lorry" };
  expect(await receive(id, { lines: [lost] })).toMatchObject({
    state: "received",
    lines: [{ received: 5, lost: 1, lostReason: "Fell off the lorry" }],
  });
  expect(await onHand(tea)).toEqual([4, 5]);
  const { items } = await play.call(ListLedger, { variantId: tea, reference: id }, admin);
  expect(items.map(({ reason, quantity }) => `${reason} ${quantity}`).toSorted()).toEqual(["lost 1", "transfer 2", "transfer 3", "transfer 6"]); // oxfmt-ignore
  expect(items.find(({ reason }) => reason === "lost")?.note).toBe("Fell off the lorry");
});

test("more cannot arrive than was sent, also when received by many at once", async () => {
  const tea = await aVariant(sql(), { [from]: 10 });
  const { id } = await draft([[tea, 5]]);
  await ship(id);
  const two = { lines: [{ variantId: tea, received: 2 }] };
  const many = await Promise.allSettled(Array.from({ length: 6 }, () => receive(id, two)));
  expect(many.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
  expect(await onHand(tea)).toEqual([5, 4]);
  await expect(receive(id, two)).rejects.toMatchObject({
    type: "NOT_ON_ITS_WAY",
    data: { outstanding: 1 },
  });
});

test("cancelled on its way, what has not arrived is back at the source", async () => {
  const tea = await aVariant(sql(), { [from]: 10 });
  const { id } = await draft([[tea, 6]]);
  await ship(id);
  await receive(id, { lines: [{ variantId: tea, received: 2 }] });
  expect(await cancel(id)).toMatchObject({
    state: "cancelled",
    lines: [{ received: 2, returned: 4 }],
  });
  expect(await onHand(tea)).toEqual([8, 2]);
  expect(await inTransit(tea)).toBe(0);
  const told = await play.told("inventory", TransferCancelled);
  expect(told).toContainEqual({ transferId: id, fromStoreId: from, toStoreId: to });
});

test("what is held for orders is not shipped, and then nothing of the transfer is", async () => {
  const tea = await aVariant(sql(), { [from]: 5 });
  const cup = await aVariant(sql(), { [from]: 5 });
  await play.call(ReserveStock, anOrder([[tea, 3]], from));
  const { id } = await draft([[cup, 5], [tea, 3]]); // oxfmt-ignore
  await expect(ship(id)).rejects.toMatchObject({
    type: "NOT_ENOUGH_STOCK",
    data: { variantId: tea, available: 2 },
  });
  expect(await onHand(cup)).toEqual([5, 0]);
});

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
  const ask = () => play.call(ReceiveTransfer, params, admin, { key });
  const [first, second] = await Promise.all([ask(), ask()]);
  expect(second).toEqual(first);
  expect(await onHand(tea)).toEqual([4, 2]);
});

test("the sender ships and cancels, the receiver receives; to anybody else it is not there", async () => {
  const tea = await aVariant(sql(), { [from]: 10 });
  const [sender, receiver, stranger] = [from, to, v7()].map((id) => staffOf(id, "stock_clerk"));
  const [transferId, notFound] = [(await draft([[tea, 1]])).id, { code: 404 }];
  const one = { transferId };
  await expect(play.call(ShipTransfer, one, receiver)).rejects.toMatchObject(notFound);
  await play.call(ShipTransfer, one, sender);
  await expect(play.call(ReceiveTransfer, one, sender)).rejects.toMatchObject(notFound);
  await expect(play.call(CancelTransfer, one, receiver)).rejects.toMatchObject(notFound);
  await expect(play.call(GetTransfer, one, stranger)).rejects.toMatchObject(notFound);
  expect((await play.call(ListTransfers, {}, stranger)).items).toEqual([]);
  expect((await play.call(ListTransfers, { limit: 1 }, receiver)).items[0]?.id).toBe(transferId);
  await play.call(ReceiveTransfer, one, receiver);
  await expect(play.call(ShipTransfer, one, aPerson())).rejects.toMatchObject({ code: 403 });
  const lines = [{ variantId: tea, quantity: 1 }];
  const theirs = play.call(DraftTransfer, { fromStoreId: from, toStoreId: to, lines }, stranger);
  await expect(theirs).rejects.toMatchObject(notFound);
});

test("a transfer needs two open stores and things, each once", async () => {
  const tea = await aVariant(sql());
  const lesson = await aVariant(sql(), {}, { stocked: false });
  const params = { fromStoreId: from, toStoreId: to, lines: [{ variantId: tea, quantity: 1 }] };
  const ask = (more: object) => play.call(DraftTransfer, { ...params, ...more }, admin);
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
  const { id } = await play.call(
    DraftTransfer,
    { fromStoreId: from, toStoreId: target, lines },
    admin,
  );
  await ship(id);
  const close = () => play.call(CloseStore, { storeId: target }, admin);
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
    const { id } = await play.call(DraftTransfer, { fromStoreId, toStoreId, lines }, admin);
    await Promise.all([
      ship(id),
      play.call(ReserveStock, anOrder(lines.map(({ variantId }) => [variantId, 1]))),
    ]);
    await (n % 5 ? receive(id) : cancel(id));
  };
  await Promise.all(Array.from({ length: 20 }, (_, n) => one(n)));
  for (const variantId of things) {
    const { items } = await play.call(GlobalStock, { variantId }, admin);
    expect(items).toMatchObject([{ onHand: 200, reserved: 20, inTransit: 0 }]);
  }
  expect(await play.call(ProveStock, {}, admin)).toMatchObject({ holds: true });
});
