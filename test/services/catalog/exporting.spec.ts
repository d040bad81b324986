/** The stock in files: what an export tells of it, and when a file's number changes it. */
import { parse } from "csv-parse/sync";
import type { Params, Result } from "../../../lib/contract.ts";
import { DatabaseUnavailable } from "../../../lib/sql.ts";
import {
  ExportProducts,
  ShowImport,
  ImportProducts,
  StockUnknown,
  VariantCreated,
  VariantUpdated,
} from "../../../services/catalog/catalog.contract.ts";
import catalog from "../../../services/catalog/catalog.service.ts";
import { GetLevels } from "../../../services/inventory/inventory.contract.ts";
import { aFeed } from "../../support/a-feed.ts";
import { eventually, stage, type Stage } from "../../support/stage.ts";
import { standIn } from "../../support/stand-in.ts";
import {
  editor,
  ended,
  exported,
  exporting,
  issuesOf,
  file,
  send,
  take as takeOver,
  tea,
} from "./files.ts";
import { aProduct, put } from "./shop.ts";

type Levels = Result<typeof GetLevels>;
/** What inventory counts, by variants; it knows of no others. */
const counted = new Map<string, number>();
let webStore: string | undefined;
/** How far inventory has heard what the catalogue told. */
let received: number;
/** What was asked of inventory, and how it answers when it does not as usual. */
const asked: string[][] = [];
let answer: ((params: Params<typeof GetLevels>) => Levels) | undefined;
const usual = ({ variantIds }: Params<typeof GetLevels>): Levels => ({
  catalogPosition: received,
  ...(webStore !== undefined && { storeCode: webStore }),
  levels: variantIds.flatMap((variantId) => {
    const onHand = counted.get(variantId);
    return onHand === undefined ? [] : [{ variantId, onHand }];
  }),
});
const away = () => {
  throw Object.assign(DatabaseUnavailable({ reason: "test" }), { retryable: true });
};

let harness: Stage;
beforeEach(async () => {
  counted.clear();
  asked.length = 0;
  [webStore, received, answer] = ["WEB", Number.MAX_SAFE_INTEGER, undefined];
  const inventory = standIn(GetLevels, (params) => {
    asked.push(params.variantIds);
    return (answer ?? usual)(params);
  });
  harness = await stage([catalog, aFeed("inventory"), inventory], { feeds: ["pricing"] });
});
afterEach(() => harness.leave());

const take = (bytes: string) => takeOver(harness, bytes);
const published = () => harness.published("catalog", VariantUpdated);
const count = async (sku: string, onHand: number) => {
  const variant = (await harness.published("catalog", VariantCreated)).find(
    (one) => one.sku === sku,
  );
  counted.set(variant?.variantId ?? "", onHand);
};
/** The position of what the catalogue told last. */
const head = async () => {
  await published();
  const row = await harness.db("catalog").sql.row<{ position: number }>("select * from feed_head");
  return row?.position ?? 0;
};
const quantities = async () => {
  const rows: Record<string, string>[] = parse(await exported(harness), { columns: true });
  return Object.fromEntries(rows.map((row) => [row["Variant SKU"], row["Variant Inventory Qty"]]));
};
const notesOf = async (importId: string) =>
  (await issuesOf(harness, importId)).map(({ line, field, code, value }) => [
    line,
    field,
    code,
    value,
  ]);

test("an export tells what there is, not what was said", async () => {
  const untracked = "tea,,,,,,,,200 g,TEA-200,,4,20.00,,";
  const unheard = "tea,,,,,,,,300 g,TEA-300,shopify,6,20.00,,";
  const handedOut = "tea,,,,,,,,400 g,TEA-400,shopify,8,20.00,,";
  await take(file(tea(10), untracked, unheard, handedOut));
  await count("TEA-100", 7);
  await count("TEA-200", 99);
  await count("TEA-400", -1);
  const there = { "TEA-100": "7", "TEA-200": "4", "TEA-300": "6", "TEA-400": "0" };
  expect(await quantities()).toEqual(there);
});

test("of a variant in several stores it tells the one that ships web orders", async () => {
  await put(harness, aProduct({}, { sku: "HEARD", stock: { PAR: 5, WEB: 20 } }));
  await put(harness, aProduct({}, { sku: "UNHEARD", stock: { PAR: 5, WEB: 20 } }));
  await count("HEARD", 17);
  expect(await quantities()).toEqual({ HEARD: "17", UNHEARD: "20" });
  webStore = undefined;
  expect(await quantities()).toEqual({ HEARD: "17", UNHEARD: "0" });
});

test("an export after sales imports as unchanged, and so does the file from before them", async () => {
  await take(file(tea(10)));
  await count("TEA-100", 7);
  const written = await exported(harness);
  for (const bytes of [written, file(tea(10)), written])
    expect(await take(bytes)).toMatchObject({ created: 0, updated: 0, unchanged: 1, errors: 0 });
  expect(await published()).toEqual([]);
  expect(await quantities()).toEqual({ "TEA-100": "7" });
});

test("an export of what the first start put is unchanged too, sold or not", async () => {
  await put(harness, aProduct({}, { sku: "TEA", stock: { PAR: 5, WEB: 20 } }));
  await count("TEA", 20);
  const before = await exported(harness);
  await count("TEA", 17);
  for (const bytes of [before, await exported(harness)])
    expect(await take(bytes)).toMatchObject({ updated: 0, unchanged: 1 });
  expect(await published()).toEqual([]);
});

test("a number that is left as it was is noted with its line, and only while it differs", async () => {
  await take(file(tea(10), "tea,,,,,,,,200 g,TEA-200,shopify,3,20.00,,"));
  await count("TEA-100", 7);
  await count("TEA-200", 3);
  const same = file(tea(10), "tea,,,,,,,,200 g,TEA-200,shopify,3,20.00,,");
  const { importId, notes } = await take(same);
  expect(notes).toBe(1);
  expect(await notesOf(importId)).toEqual([[2, "Variant Inventory Qty", "QUANTITY_KEPT", "10"]]);
  const [issue] = await issuesOf(harness, importId);
  expect(issue?.what.en).toContain("there are 7");
  await count("TEA-100", 10);
  expect(await take(same)).toMatchObject({ notes: 0, unchanged: 1 });
});

test("corrected texts bring nothing back, whether the number is from before or after the sales", async () => {
  await take(file(tea(10)));
  await count("TEA-100", 7);
  const { importId, ...old } = await take(file(tea(10, "12.50", "Better tea")));
  expect(old).toMatchObject({ updated: 1 });
  expect(await notesOf(importId)).toMatchObject([[2, {}, "QUANTITY_KEPT", "10"]]);
  expect(await take(file(tea(7, "12.50", "Best tea")))).toMatchObject({ updated: 1, notes: 0 });
  expect(await published()).toEqual([]);
  await take(file(tea(12, "12.50", "Best tea")));
  expect(await published()).toMatchObject([{ stock: [{ quantity: 12 }] }]);
});

test("a file without a column for stock emptied the shelves: now it says nothing of stock", async () => {
  await take(file(tea(10)));
  await count("TEA-100", 7);
  const short = ["Handle,Title,Variant SKU,Variant Price", "tea,Better tea,TEA-100,12.50", ""];
  expect(await take(short.join("\n"))).toMatchObject({ updated: 1 });
  expect(await published()).toEqual([]);
  expect(await quantities()).toEqual({ "TEA-100": "7" });
});

test("a new number is told, whatever was said of other stores", async () => {
  await put(harness, aProduct({ handle: "tea" }, { sku: "TEA-100", stock: { PAR: 5, WEB: 20 } }));
  await count("TEA-100", 17);
  await take(file(tea(25)));
  expect(await published()).toMatchObject([{ stock: [{ quantity: 25 }] }]);
});

test("what inventory is still to hear of is told as it was said, and not noted as kept", async () => {
  await take(file(tea(10)));
  await count("TEA-100", 10);
  received = await head();
  await take(file(tea(20)));
  const written = await exported(harness);
  expect(await quantities()).toEqual({ "TEA-100": "20" });
  expect(await take(file(tea(20)))).toMatchObject({ unchanged: 1, notes: 0 });
  expect(await published()).toHaveLength(1);
  expect(await quantities()).toEqual({ "TEA-100": "20" });

  await count("TEA-100", 19);
  received = Number.MAX_SAFE_INTEGER;
  expect(await quantities()).toEqual({ "TEA-100": "19" });
  expect(await take(written)).toMatchObject({ unchanged: 1, notes: 1 });

  // A new price says nothing of stock, and keeps no number waiting.
  received = await head();
  expect(await take(file(tea(19, "13.00")))).toMatchObject({ updated: 1 });
  await count("TEA-100", 18);
  expect(await published()).toMatchObject([{}, { priceMinor: 1_300, stock: [] }]);
  expect(await quantities()).toEqual({ "TEA-100": "18" });
  // Nobody looks through a feed that is so long; what is there is not known then.
  const { sql } = harness.db("catalog");
  await sql.run("update feed_head set position = $1", [received + 100_001]);
  await expect(exported(harness)).rejects.toMatchObject({ type: StockUnknown.type });
});

test("what was said a moment ago and has no place in the feed yet is told as it was said too", async () => {
  await take(file(tea(10)));
  await count("TEA-100", 10);
  received = await head();
  const db = harness.db("catalog");
  await db.transaction(async (tx) => {
    await db.in(tx).row("select pg_advisory_xact_lock(hashtext('feed'))");
    await take(file(tea(20)));
    expect(await quantities()).toEqual({ "TEA-100": "20" });
  });
});

test("while inventory is away an export is refused, and an import of what is known waits", async () => {
  expect(await take(file(tea(10)))).toMatchObject({ created: 1 });
  expect(asked).toEqual([]);
  await count("TEA-100", 7);
  answer = away;
  const refused = harness.call(ExportProducts, {}, editor);
  await expect(refused).rejects.toMatchObject({ type: StockUnknown.type, code: 503 });

  asked.length = 0;
  const { importId } = await send(harness, ImportProducts, file(tea(7, "12.50", "Better tea")));
  await eventually(() => expect(asked.length).toBeGreaterThan(1));
  const waiting = await harness.call(ShowImport, { importId }, editor);
  expect(waiting).toMatchObject({ state: "running", updated: 0 });
  answer = undefined;
  expect(await ended(harness, importId)).toMatchObject({ state: "done", updated: 1, errors: 0 });
  expect(await published()).toEqual([]);
});

test("many variants are asked for in parts, and each gets its own number", async () => {
  const rows = Array.from({ length: 600 }, (_, n) => {
    const handle = `p-${Math.floor(n / 20)}`;
    return `${handle},${n % 20 === 0 ? handle : ""},,,,,,Size,${n},S-${n},shopify,1,1.00,,`;
  });
  expect(await take(file(...rows))).toMatchObject({ created: 30, errors: 0 });
  const variants = await harness.published("catalog", VariantCreated);
  for (const { variantId, sku } of variants) counted.set(variantId, 10_000 + Number(sku.slice(2)));
  const wanted = variants.map(({ sku }) => [sku, String(10_000 + Number(sku.slice(2)))]);
  expect(await quantities()).toEqual(Object.fromEntries(wanted));
  expect(asked.map((ids) => ids.length)).toEqual([500, 100]);
});

test("when inventory goes away midway the stream breaks: no file looks whole that is not", async () => {
  const rows = Array.from({ length: 250 }, (_, n) => `p${n},P ${n},,,,,true,,,S${n},shopify,1,1,,`);
  expect(await take(file(...rows))).toMatchObject({ created: 250 });
  answer = (params) => {
    if (asked.length > 2) away();
    return usual(params);
  };
  const stream = await exporting(harness);
  let text = "";
  const reading = (async () => {
    for await (const chunk of stream) text += String(chunk);
  })();
  await expect(reading).rejects.toMatchObject({ type: StockUnknown.type });
  expect(text).not.toContain("p249,");
  answer = undefined;
  expect(Object.keys(await quantities())).toHaveLength(250);
});
