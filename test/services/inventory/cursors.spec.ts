/** Cursors come back from clients: one of another list, or one made up, is refused as a bad request. */
import { cursorOf } from "../../../lib/page.ts";
import {
  GlobalStock,
  ListLedger,
  ListStocks,
  ListStores,
  ListTransfers,
} from "../../../services/inventory/inventory.contract.ts";
import inventory from "../../../services/inventory/inventory.service.ts";
import { aPerson, stage, type Stage } from "../../support/stage.ts";

let harness: Stage;
beforeAll(async () => {
  harness = await stage([inventory], { feeds: ["catalog"] });
});
afterAll(() => harness.leave());

const lists = [ListStores, ListStocks, GlobalStock, ListLedger, ListTransfers] as const;
const cursors = [
  cursorOf(["a"]),
  cursorOf([1.5]),
  cursorOf(["a", "b"]),
  cursorOf([1, "b"]),
  Buffer.from("[null]").toString("base64url"),
  Buffer.from("[null,null]").toString("base64url"),
  "nonsense",
];

test.each(lists.map((list) => [list.name, list] as const))("%s", async (_, list) => {
  for (const after of cursors) {
    const asked = harness.call(list as typeof ListStocks, { after }, aPerson("admin"));
    await expect(asked).rejects.toMatchObject({ type: "CURSOR_INVALID", code: 400 });
  }
});

test("a cursor of the list by name is none of the list by distance", async () => {
  const after = cursorOf(["Shop", "00000000-0000-7000-8000-00000000000a"]);
  expect((await harness.call(ListStores, { after })).items).toEqual([]);
  const near = harness.call(ListStores, { after, near: "48.8,2.3" });
  await expect(near).rejects.toMatchObject({ type: "CURSOR_INVALID" });
});
