import { ListStores, PutStores } from "../../../services/inventory/inventory.contract.ts";
import inventory from "../../../services/inventory/inventory.service.ts";
import { stage, type Stage } from "../../support/stage.ts";

let harness: Stage;
beforeAll(async () => {
  harness = await stage([inventory], { feeds: ["catalog"] });
});
afterAll(() => harness.leave());

let n = 0;
const aDraft = (more: object = {}) => ({ code: `S-${(n += 1)}`, name: `Shop ${n}`, ...more });

test("a list of stores is put by code: made, changed, or left; the same again leaves all", async () => {
  const drafts = Array.from({ length: 10 }, () => aDraft({ latitude: 1.5, longitude: 2.5 }));
  const put = (stores: typeof drafts) => harness.call(PutStores, { stores });
  const first = await put(drafts);
  expect(first.stores.every(({ outcome }) => outcome === "created")).toBe(true);
  expect(first.stores).toHaveLength(10);
  const again = await put(drafts);
  expect(again.stores.every(({ outcome }) => outcome === "unchanged")).toBe(true);
  const changed = drafts.map((draft, i) => (i < 3 ? { ...draft, name: "Other" } : draft));
  const [both] = await Promise.all([put(changed), put(changed.toReversed())]);
  expect(both.stores.map(({ storeId }) => storeId).toSorted()).toEqual(
    first.stores.map(({ storeId }) => storeId).toSorted(),
  );
  const { items } = await harness.call(ListStores, { q: "Other" });
  expect(items).toHaveLength(3);
});
