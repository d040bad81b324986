/** What a checkout reads of the catalogue does not grow with the catalogue. */
import { v7 } from "uuid";
import { snapshotRows } from "../../../services/catalog/store/details.store.ts";
import { databaseOnly, type TestDatabase } from "../../support/database-only.ts";
import { readBy } from "../../support/explain.ts";

const PRODUCTS = 4_000;

let database: TestDatabase;
beforeAll(async () => {
  database = await databaseOnly("catalog");
  const { sql } = database;
  await sql.run(
    `insert into product (id, handle, type, status, title_fr, title_en, tax_class)
     select gen_random_uuid(), 'p-' || n, 'goods', 'active', 'Produit', 'Product', 'standard'
     from generate_series(1, $1::int) n`,
    [PRODUCTS],
  );
  await sql.run(
    `insert into variant (id, product_id, position, sku, stocked, price_minor, currency, stock_state)
     select gen_random_uuid(), id, n, handle || '-' || n, true, 100, 'EUR', 'in_stock'
     from product, generate_series(0, 1) n`,
  );
  await sql.run(
    `update product p set first_variant_id = v.id from variant v
     where v.product_id = p.id and v.position = 0`,
  );
  await sql.run("analyze product, variant");
});
afterAll(() => database.drop());

const some = async (text: string): Promise<string[]> =>
  (await database.sql.rows<{ id: string }>(text)).map(({ id }) => id);

test("a snapshot reads the variants that are asked for, not the table", async () => {
  const variantIds = await some("select id from variant where position = 1 limit 3");
  const productIds = await some("select id from product limit 3");
  for (const [variants, products] of [
    [variantIds, []],
    [[], productIds],
    [variantIds, productIds],
  ] as const) {
    const read = await readBy(database.sql, (sql) => snapshotRows(sql, variants, products));
    expect(read.whole).toEqual([]);
    expect(read.rows).toBeLessThanOrEqual(30);
  }
});

test("a variant that is asked for twice, by itself and by its product, is answered once", async () => {
  const [row] = await database.sql.rows<{ id: string; first: string }>(
    "select id, first_variant_id as first from product limit 1",
  );
  const { id = "", first = "" } = row ?? {};
  const rows = await snapshotRows(database.sql, [first, first, v7()], [id, v7()]);
  expect(rows.map((one) => one.id)).toEqual([first]);
});
