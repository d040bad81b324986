/** Merchants' files in the tests of the catalogue: sent, taken over, and given out again. */
import { Readable } from "node:stream";
import { call } from "../../../lib/bus.ts";
import { principalFor } from "../../../lib/principal.ts";
import type { Infer } from "../../../lib/shape.ts";
import {
  ExportProducts,
  ImportProducts,
  type ImportReport,
  type ImportStores,
  ListImportIssues,
  ShowImport,
} from "../../../services/catalog/catalog.contract.ts";
import { aPerson, eventually, type Stage } from "../../support/stage.ts";

export type Report = Infer<typeof ImportReport>;
export const editor = aPerson("editor");

const HEADER =
  "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU," +
  "Variant Inventory Tracker,Variant Inventory Qty,Variant Price,Variant Compare At Price,Image Src";
export const file = (...rows: string[]) => [HEADER, ...rows, ""].join("\n");
export const tea = (qty = 5, price = "12.50", title = "Green tea") =>
  `tea,${title},<p>Leaves</p>,Maker,Teas,"a, b",true,Size,100 g,TEA-100,shopify,${qty},${price},,https://example.org/t.jpg`;

export const send = (
  harness: Stage,
  contract: typeof ImportProducts | typeof ImportStores,
  bytes: Buffer | string,
) =>
  call(
    harness.audience,
    contract as typeof ImportProducts,
    {},
    {
      meta: { principal: principalFor(editor) },
      stream: Readable.from([Buffer.from(bytes)], { objectMode: false }),
    },
  );

/** The report of an import that has come to its end. */
export const ended = (harness: Stage, importId: string, withinMs = 20_000): Promise<Report> =>
  eventually(async () => {
    const report = await harness.call(ShowImport, { importId }, editor);
    expect(report.state).toMatch(/^(done|failed)$/);
    return report;
  }, withinMs);

export const take = async (
  harness: Stage,
  bytes: Buffer | string,
  withinMs?: number,
): Promise<Report> =>
  ended(harness, (await send(harness, ImportProducts, bytes)).importId, withinMs);

export const issuesOf = async (harness: Stage, importId: string) =>
  (await harness.call(ListImportIssues, { importId, limit: 100 }, editor)).items;

/** The export as the stream that it comes as. */
export const exporting = async (harness: Stage): Promise<Readable> => {
  const meta = { principal: principalFor(editor) };
  return (await call(harness.audience, ExportProducts, {}, { meta })) as Readable;
};
export async function exported(harness: Stage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of await exporting(harness)) chunks.push(Buffer.from(chunk as Buffer));
  return Buffer.concat(chunks).toString("utf8");
}
