/** A merchant's files while the shop sells: what an export tells, and what taking it in again does. */
import { parse } from "csv-parse/sync";
import { type Company, company, MODES } from "../support/company.ts";
import { expectProblem } from "../support/answers.ts";
import { eventually } from "../support/stage.ts";
import { aKey, aShopper, aStore, goods, order, pay, type Person, staff } from "../support/trade.ts";
import { good } from "../../operations/client/shop.ts";

interface Report {
  importId: string;
  state: string;
  created: number;
  updated: number;
  unchanged: number;
  errors: number;
  notes: number;
}
interface Level {
  onHand: number;
  reserved: number;
}
type Row = Record<string, string>;

describe.each(MODES)("files, %s", (mode) => {
  let shop: Company;
  let web: { storeId: string; code: string };
  let other: { storeId: string; code: string };
  let admin: Person;
  let ada: Person;
  beforeAll(async () => {
    shop = await company(mode);
    [web, other] = await Promise.all([aStore(shop, { shipsWeb: true }), aStore(shop)]);
    [admin, ada] = await Promise.all([staff(shop, "admin"), aShopper(shop)]);
  }, 60_000);
  afterAll(() => shop.leave());

  const exported = async (): Promise<string> => {
    const answer = await shop.http.get<{ text: string }>("/products/export", admin.token);
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.headers).toMatchObject({
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": 'attachment; filename="products.csv"',
    });
    return answer.body.text;
  };
  const quantityIn = (text: string, sku: string): string | undefined => {
    const rows: Row[] = parse(text, { columns: true });
    return rows.find((row) => row["Variant SKU"] === sku)?.["Variant Inventory Qty"];
  };
  const imported = async (text: string): Promise<Report> => {
    const asked = { body: Buffer.from(text), token: admin.token };
    const sent = await shop.http.ask<Report>("POST", "/products/import?source=products.csv", asked);
    expect(sent).toMatchObject({ status: 202 });
    return eventually(async () => {
      const path = `/imports/${sent.body.importId}`;
      const { body } = await shop.http.get<Report>(path, admin.token);
      expect(body).toMatchObject({ state: "done" });
      return body;
    }, 20_000);
  };
  const levelOf = async (variantId: string): Promise<Level | undefined> => {
    const path = `/stores/${web.storeId}/stocks?variantId=${variantId}`;
    const { body } = await shop.http.get<{ items: Level[] }>(path, admin.token);
    return body.items[0];
  };
  const ledgerOf = async (variantId: string): Promise<object[]> => {
    const path = `/inventory/ledger?variantId=${variantId}&limit=100`;
    return (await shop.http.get<{ items: object[] }>(path, admin.token)).body.items;
  };
  const buy = async (productId: string, quantity: number, priceMinor: number) => {
    const { orderId } = good(await order(shop, ada, productId, quantity)).body;
    good(await pay(shop, ada, orderId, (priceMinor * quantity) / 100));
  };

  test("after sales, a hold and an adjustment the file has what is there, and changes nothing", async () => {
    const stock = { [web.code]: 10, [other.code]: 4 };
    const { productId, variantId, handle } = await goods(shop, { stock, priceMinor: 1_000 });
    const first = await exported();
    expect(quantityIn(first, handle.toUpperCase())).toBe("10");

    await buy(productId, 3, 1_000);
    await eventually(async () => expect(await levelOf(variantId)).toMatchObject({ onHand: 7 }));
    good(await order(shop, ada, productId, 2));
    const found = { storeId: web.storeId, variantId, change: 1, reason: "found" };
    good(await shop.http.post("/stocks/adjust", found, admin.token, aKey()));
    const there = { onHand: 8, reserved: 2 };
    expect(await levelOf(variantId)).toMatchObject(there);

    const second = await exported();
    expect(quantityIn(second, handle.toUpperCase())).toBe("8");
    const ledger = await ledgerOf(variantId);
    for (const text of [second, first, second]) {
      const { created, updated, unchanged, errors } = await imported(text);
      expect({ created, updated, errors }).toEqual({ created: 0, updated: 0, errors: 0 });
      expect(unchanged).toBeGreaterThan(0);
    }
    const counted = second.replaceAll(/,shopify,8,/g, ",shopify,20,");
    expect(await imported(counted)).toMatchObject({ updated: 1, errors: 0 });
    expect(quantityIn(await exported(), handle.toUpperCase())).toBe("20");
    // A new number as the fence: what was told before it has had its effect by then.
    await eventually(async () =>
      expect(await levelOf(variantId)).toMatchObject({ onHand: 20, reserved: 2 }),
    );
    const [entry, ...before] = await ledgerOf(variantId);
    expect(entry).toMatchObject({ reason: "import", quantity: 12 });
    expect(before).toEqual(ledger);
  });

  test("the merchant's first file, taken in again after sales, brings nothing back and says so", async () => {
    const sku = `CUP-${web.code}`;
    const header =
      "Handle,Title,Published,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Price";
    const file = `${header}\ncup,Cup,true,${sku},shopify,10,10.00\n`;
    expect(await imported(file)).toMatchObject({ created: 1, errors: 0 });
    const { body } = await shop.http.get<{ id: string; variantId: string }>("/products/cup");
    const { id: productId, variantId } = body;
    await eventually(async () => expect(await levelOf(variantId)).toMatchObject({ onHand: 10 }));
    await eventually(() => buy(productId, 3, 1_000));
    await eventually(async () => expect(await levelOf(variantId)).toMatchObject({ onHand: 7 }));

    const again = await imported(file);
    expect(again).toMatchObject({ created: 0, updated: 0, unchanged: 1, notes: 1 });
    const path = `/imports/${again.importId}/faults`;
    const issues = await shop.http.get<{ items: object[] }>(path, admin.token);
    expect(issues.body.items).toMatchObject([{ line: 2, code: "QUANTITY_KEPT", value: "10" }]);
    expect(quantityIn(await exported(), sku)).toBe("7");
    expect(await ledgerOf(variantId)).toHaveLength(2);
  });

  test("when inventory cannot tell midway, the connection breaks instead of ending well", async () => {
    const header = "Handle,Title,Published,Variant SKU,Variant Inventory Tracker,Variant Price";
    const rows = Array.from({ length: 150 }, (_, n) => `m-${n},M ${n},true,M-${n},shopify,1.00`);
    expect(await imported([header, ...rows, ""].join("\n"))).toMatchObject({ created: 150 });
    const { body } = await shop.http.get<{ variantId: string }>("/products/m-149");
    const { sql } = shop.db("inventory");
    const set = (onHand: string) =>
      sql.run(
        `insert into stock (location_id, variant_id, on_hand) values ($1, $2, $3)
         on conflict (location_id, variant_id) do update set on_hand = excluded.on_hand`,
        [web.storeId, body.variantId, onHand],
      );
    await eventually(async () => {
      const known = await sql.row("select 1 from stocked_variant where variant_id = $1", [
        body.variantId,
      ]);
      expect(known).toBeDefined();
    });
    // More than a number holds: inventory fails on the last page, after the first has been sent.
    await set("9007199254740993");
    await expect(exported()).rejects.toThrow(/aborted|hang up|ECONNRESET/);
    await set("0");
    expect(quantityIn(await exported(), "M-149")).toBe("0");
  });

  test("without inventory there is no file but a problem, and nothing before it", async () => {
    const node = shop.node("inventory");
    if (mode === "over NATS") await node.stop();
    else await node.destroyService("inventory");
    await eventually(async () => {
      const answer = await shop.http.get("/products/export", admin.token);
      expectProblem(answer, 503, "STOCK_UNKNOWN", "en");
      expect(answer.headers).not.toHaveProperty("content-disposition");
    });
  });
});
