/** What the catalogue tells of variants becomes their price, tax class and history. */
import { v7 } from "uuid";
import { VariantUpdated } from "../../../../services/catalog/catalog.contract.ts";
import { PriceChanged, QuotePrices } from "../../../../services/pricing/pricing.contract.ts";
import { type Stage, publishEvent } from "../../../support/stage.ts";
import { aVariant, aVariantSaid, received, pricingOnStage } from "../company.ts";

let harness: Stage;
beforeAll(async () => {
  harness = await pricingOnStage();
});
afterAll(() => harness.leave());

type Said = { priceMinor?: number; compareAtMinor?: number; taxClass?: string };
async function imported(variantId: string, output: Said): Promise<void> {
  const { priceMinor: _priceMinor, ...rest } = aVariantSaid;
  await publishEvent(harness, "catalog", VariantUpdated, {
    ...rest,
    ...output,
    variantId,
    importId: v7(),
  });
  await received(harness, "catalog");
}
const historyOf = async (variantId: string) =>
  (
    await harness
      .db("pricing")
      .sql.rows<{ amount_minor: number }>(
        "select amount_minor from price_history where variant_id = $1 order by n",
        [variantId],
      )
  ).map(({ amount_minor }) => amount_minor);
const toldOf = async (variantId: string) =>
  (await harness.published("pricing", PriceChanged)).filter((it) => it.variantId === variantId);
const quoted = async (variantId: string) =>
  (await harness.call(QuotePrices, { lines: [{ variantId, quantity: 1 }] })).lines[0];

test("a new variant's price is quoted, remembered and told", async () => {
  const variantId = await aVariant(harness, { priceMinor: 999, taxClass: "reduced" });
  expect(await quoted(variantId)).toMatchObject({ unitMinor: 999, taxClass: "reduced" });
  expect(await historyOf(variantId)).toEqual([999]);
  expect(await toldOf(variantId)).toEqual([{ variantId, currency: "EUR", priceMinor: 999 }]);
});

test("an import changes what is different and nothing else", async () => {
  const variantId = await aVariant(harness, { priceMinor: 1_000 });
  await imported(variantId, { priceMinor: 1_000 });
  await imported(variantId, {});
  expect(await historyOf(variantId)).toEqual([1_000]);
  await imported(variantId, { priceMinor: 800, compareAtMinor: 1_000, taxClass: "zero" });
  await imported(variantId, { priceMinor: 800, compareAtMinor: 1_000 });
  expect(await historyOf(variantId)).toEqual([1_000, 800]);
  expect(await toldOf(variantId)).toEqual([
    { variantId, currency: "EUR", priceMinor: 1_000 },
    { variantId, currency: "EUR", priceMinor: 800, compareAtMinor: 1_000 },
  ]);
  expect(await quoted(variantId)).toMatchObject({ unitMinor: 800, taxClass: "standard" });
});

test("a struck price that is not higher than the price is none", async () => {
  const variantId = await aVariant(harness, { priceMinor: 1_000, compareAtMinor: 1_000 });
  expect(await toldOf(variantId)).toEqual([{ variantId, currency: "EUR", priceMinor: 1_000 }]);
});

test("an event that is told twice has one effect", async () => {
  const variantId = await aVariant(harness, { priceMinor: 500 });
  await aVariant(harness, { variantId, priceMinor: 500 });
  expect(await historyOf(variantId)).toEqual([500]);
  expect(await toldOf(variantId)).toHaveLength(1);
});

test("history can be neither changed nor removed", async () => {
  await aVariant(harness);
  const { sql } = harness.db("pricing");
  await expect(sql.run("update price_history set amount_minor = 1")).rejects.toThrow(/append-only/);
  await expect(sql.run("delete from price_history")).rejects.toThrow(/append-only/);
  await expect(sql.run("truncate price_history")).rejects.toThrow(/append-only/);
});
