/** Goods between stores: Σ(on hand + in transit + lost) is the same whatever is done. */
import { TRANSIT } from "../../../services/inventory/domain/places.ts";
import {
  CancelTransfer,
  DraftTransfer,
  GetAvailability,
  GetTransfer,
  GlobalStock,
  ListLedger,
  ReceiveTransfer,
  ReserveStock,
  ShipTransfer,
  TransferCancelled,
  TransferDrafted,
  TransferReceived,
  TransferShipped,
} from "../../../services/inventory/inventory.contract.ts";
import inventory from "../../../services/inventory/inventory.service.ts";
import { aPerson, stage, type Stage } from "../../support/stage.ts";
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
const inTransit = async (variantId: string) =>
  (await harness.call(GlobalStock, { variantId }, admin)).items[0]?.inTransit;

test("a draft moves nothing; shipped, it is in transit; received, it is there", async () => {
  const tea = await aVariant(sql(), { [from]: 10 });
  const { id, state, number } = await draft([[tea, 4]]);
  expect(state).toBe("draft");
  expect(number).toBeGreaterThan(0);
  expect(await onHand(tea)).toEqual([10, 0]);

  expect(await ship(id)).toMatchObject({ state: "shipped", lines: [{ sent: 4, received: 0 }] });
  expect(await onHand(tea)).toEqual([6, 0]);
  expect(await inTransit(tea)).toBe(4);
  // What is in transit is nowhere to be had.
  const { variants } = await harness.call(GetAvailability, { variantIds: tea });
  expect(variants[0]?.stores.map(({ storeId }) => storeId)).not.toContain(TRANSIT);
  expect(variants[0]?.available).toBe(6);

  const received = await receive(id);
  expect(received).toMatchObject({ state: "received", lines: [{ sent: 4, received: 4 }] });
  expect(received.endedAt).toBeDefined();
  expect(await onHand(tea)).toEqual([6, 4]);
  expect(await inTransit(tea)).toBe(0);
  expect(await harness.call(GetTransfer, { transferId: id }, admin)).toEqual(received);

  const fact = { transferId: id, fromStoreId: from, toStoreId: to };
  const lines = [{ variantId: tea, quantity: 4 }];
  expect(await harness.published("inventory", TransferDrafted)).toContainEqual(fact);
  expect(await harness.published("inventory", TransferShipped)).toContainEqual({ ...fact, lines });
  expect(await harness.published("inventory", TransferReceived)).toContainEqual({
    ...fact,
    lines,
    complete: true,
  });
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
  const { items } = await harness.call(ListLedger, { variantId: tea, reference: id }, admin);
  expect(items.map(({ reason, quantity }) => `${reason} ${quantity}`).toSorted()).toEqual([
    "lost 1",
    "transfer 2",
    "transfer 3",
    "transfer 6",
  ]);
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
  const published = await harness.published("inventory", TransferCancelled);
  expect(published).toContainEqual({ transferId: id, fromStoreId: from, toStoreId: to });
});

test("what is held for orders is not shipped, and then nothing of the transfer is", async () => {
  const tea = await aVariant(sql(), { [from]: 5 });
  const cup = await aVariant(sql(), { [from]: 5 });
  await harness.call(ReserveStock, anOrder([[tea, 3]], from));
  const { id } = await draft([
    [cup, 5],
    [tea, 3],
  ]);
  await expect(ship(id)).rejects.toMatchObject({
    type: "NOT_ENOUGH_STOCK",
    data: { variantId: tea, available: 2 },
  });
  expect(await onHand(cup)).toEqual([5, 0]);
});
