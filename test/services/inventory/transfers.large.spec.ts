/** Many transfers of as many lines as there may be: none of the answers is larger than the bus takes. */
import {
  DraftTransfer,
  GetTransfer,
  ListTransfers,
  ReceiveTransfer,
  ShipTransfer,
} from "../../../services/inventory/inventory.contract.ts";
import inventory from "../../../services/inventory/inventory.service.ts";
import { aPerson, staffOf, stage, type Stage } from "../../support/stage.ts";
import { aStore, manyVariants } from "./shop.ts";
import { bytesOf, MOST_BYTES } from "./size.ts";

let harness: Stage;
let [from, to, far, third] = ["", "", "", ""];
let variants: string[];
const admin = aPerson("admin");
const sql = () => harness.db("inventory").sql;
beforeAll(async () => {
  harness = await stage([inventory], { feeds: ["catalog"] });
  from = await aStore(sql());
  to = await aStore(sql());
  far = await aStore(sql());
  third = await aStore(sql());
  variants = await manyVariants(sql(), 500, from, 10_000);
});
afterAll(() => harness.leave());

const draft = (fromStoreId: string, toStoreId: string, lines: string[]) =>
  harness.call(
    DraftTransfer,
    { fromStoreId, toStoreId, lines: lines.map((variantId) => ({ variantId, quantity: 2 })) },
    admin,
  );

test("a hundred transfers of 500 lines are one small page, each with its totals", async () => {
  // By hand, because drafting them would take half a minute and shows nothing more.
  const { id: first } = await draft(from, to, variants);
  await sql().run(
    `with made as (
       insert into transfer (id, from_location, to_location, state, drafted_by, note)
       select gen_random_uuid(), from_location, to_location, state, drafted_by, repeat('é', 500)
       from transfer, generate_series(1, 99) where id = $1 returning id
     ) insert into transfer_line (transfer_id, variant_id, sent)
     select made.id, variant_id, sent from made, transfer_line where transfer_id = $1`,
    [first],
  );
  const { items } = await harness.call(ListTransfers, { limit: 100 }, admin);
  expect(items).toHaveLength(100);
  expect(items).toContainEqual(
    expect.objectContaining({ id: first, lineCount: 500, sent: 1_000, received: 0 }),
  );
  expect(items[0]).not.toHaveProperty("lines");
  expect(bytesOf(items)).toBeLessThan(MOST_BYTES / 2);
});

test("one of 500 lines, each lost for the longest of reasons, is still one answer", async () => {
  const { id: transferId } = await draft(from, to, variants);
  await harness.call(ShipTransfer, { transferId }, admin);
  const reason = "💔".repeat(100);
  const lost = variants.map((variantId) => ({ variantId, received: 1, lost: 1, reason }));
  const received = await harness.call(ReceiveTransfer, { transferId, lines: lost }, admin);
  expect(bytesOf(received)).toBeLessThan(MOST_BYTES);
  expect(await harness.call(GetTransfer, { transferId }, admin)).toEqual(received);
  const { items } = await harness.call(ListTransfers, { state: "received" }, admin);
  expect(items).toMatchObject([{ id: transferId, sent: 1_000, received: 500, lost: 500 }]);
  const longer = [{ variantId: variants[0] ?? "", received: 0, lost: 1, reason: `${reason}!` }];
  const refused = harness.call(ReceiveTransfer, { transferId, lines: longer }, admin);
  await expect(refused).rejects.toMatchObject({ code: 400 });
});

test("those of a store are listed in both directions, each once, page by page, and no other's", async () => {
  const [one] = variants as [string];
  const [out, back, inside] = [
    await draft(far, third, [one]),
    await draft(third, far, [one]),
    await draft(third, from, [one]),
  ];
  const ids = async (storeId?: string, person = admin) => {
    const seen: string[] = [];
    for (let after: string | undefined, more = true; more; more = after !== undefined) {
      const { items, next } = await harness.call(
        ListTransfers,
        { limit: 1, ...(storeId && { storeId }), ...(after !== undefined && { after }) },
        person,
      );
      seen.push(...items.map(({ id }) => id));
      after = next;
    }
    return seen;
  };
  const newest = [inside.id, back.id, out.id];
  expect(await ids(third)).toEqual(newest);
  expect(await ids(undefined, staffOf(third, "stock_clerk"))).toEqual(newest);
  const both = { ...staffOf(third, "stock_clerk"), stores: [far, third] };
  expect(await ids(undefined, both)).toEqual(newest);
});
