import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** Ends with ERR_WORKER_OUT_OF_MEMORY if more than 64 MB are alive at once. */
async function readWithin64Mb(lines: number, oneProduct: boolean): Promise<unknown> {
  const worker = new Worker(new URL("./large-file.ts", import.meta.url), {
    workerData: { lines, oneProduct },
    resourceLimits: { maxOldGenerationSizeMb: 48, maxYoungGenerationSizeMb: 16 },
  });
  const [counts] = (await once(worker, "message")) as [unknown];
  await worker.terminate();
  return counts;
}

test("200,000 lines are read within 64 MB, and every line is accounted for", async () => {
  // 199,999 rows: 50,000 products, every hundredth with a row that has no price.
  expect(await readWithin64Mb(200_000, false)).toEqual({
    products: 50_000,
    variants: 199_499,
    PRICE_MISSING: 500,
  });
}, 120_000);

test("200,000 lines of one product are read within 64 MB too", async () => {
  expect(await readWithin64Mb(200_000, true)).toEqual({
    products: 1,
    variants: 100,
    PRICE_MISSING: 1,
    VARIANTS_TOO_MANY: 199_898,
  });
}, 120_000);
