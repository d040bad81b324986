/** Taking merchants' files over, and giving the catalogue as one. */
import { command, failure, query } from "../../../lib/contract.ts";
import {
  localizedText,
  unknown,
  id,
  type Infer,
  dateTime,
  integer,
  object,
  oneOf,
  optional,
  page,
  paging,
  text,
  shape,
  describe,
} from "../../../lib/shape.ts";
import { CursorInvalid } from "../../../lib/page.ts";
import { ImportEmpty, ImportTooLarge } from "../../../lib/imports.ts";
import { ImportNotFound } from "./failures.ts";

const count = () => integer({ min: 0 });
export const ImportReport = shape(
  "ImportReport",
  {
    importId: id({ of: "import" }),
    kind: describe("What the file lists.", oneOf("shopify", "stores")),
    state: describe("State of the job.", oneOf("waiting", "running", "done", "failed")),
    source: describe("The file's name.", text()),
    bytes: describe("How many bytes were read.", count()),
    line: describe("The line of the file that was reached.", count()),
    created: describe("Number of items created.", count()),
    updated: describe("Number of items changed.", count()),
    unchanged: describe("Number of items that were equal already.", count()),
    errors: describe("Number of refused items; each has an entry in the report.", count()),
    warnings: describe("Number of items that were imported with a change.", count()),
    notes: describe("Number of remarks about imported items.", count()),
    at: dateTime(),
    startedAt: optional(dateTime()),
    endedAt: optional(dateTime()),
    error: describe("Why it failed as a whole.", optional(text({ max: 2_000 }))),
  },
  "How far a file's import is, and what became of what is in it.",
);
export type ImportReport = Infer<typeof ImportReport>;

const receiving = {
  allow: "catalog.import",
  access: "any",
  /** `source`: the file's name, for the list of imports. */
  status: 202,
  stream: true,
  rateClass: "heavy",
  timeoutMs: 600_000,
  failures: [ImportTooLarge, ImportEmpty],
  tag: "import",
} as const;

export const ImportProducts = command("catalog.importProducts", {
  summary: "Take a file of products over, in Shopify's CSV format, up to 200 MB.",
  description:
    "The file is the body. The same file sent again while it is in work answers the same import; later it makes a new one, in which everything is unchanged.\n\nA variant's number is for the store that ships web orders. It becomes what is on hand there (never fewer than are held for orders) when it says something new: neither what is there, nor what was said the last time. So a file taken in again, also with corrected texts, does not bring back what was sold since: the report notes such a line as QUANTITY_KEPT. A new number replaces what is there when it is taken in, also what was sold since the file was written. Products that are known wait for inventory when it is away.",
  rest: "POST /products/import",
  params: {
    format: describe("The file's format.", optional(oneOf("shopify"))),
    source: describe("The file's name.", optional(text())),
  },
  returns: ImportReport,
  consumes: "text/csv",
  ...receiving,
});
export const ImportStores = command("catalog.importStores", {
  summary: "Take a list of stores over: a JSON array, up to 50 MB.",
  rest: "POST /stores/import",
  params: { source: describe("The file's name.", optional(text())) },
  returns: ImportReport,
  consumes: "application/json",
  ...receiving,
});
export const ShowImport = query("catalog.showImport", {
  summary: "Show how far an import is.",
  rest: "GET /imports/:importId",
  allow: "catalog.import",
  access: "any",
  params: { importId: id({ of: "import" }) },
  returns: ImportReport,
  failures: [ImportNotFound],
  tag: "import",
});
export const ListImports = query("catalog.imports", {
  summary: "List the imports, the newest first.",
  rest: "GET /imports",
  allow: "catalog.import",
  access: "any",
  params: paging,
  returns: page(ImportReport),
  failures: [CursorInvalid],
  tag: "import",
});
const bothLanguages = () => localizedText({ name: "ImportMessage", max: 1_000 });
export const ListImportIssues = query("catalog.importIssues", {
  summary: "List what an import did not take, or not as it was written, by lines.",
  rest: "GET /imports/:importId/faults",
  allow: "catalog.import",
  access: "any",
  params: {
    importId: id({ of: "import" }),
    level: describe(
      "Severity: `error` was refused, `warning` was changed, `info` is a remark.",
      optional(oneOf("error", "warning", "info")),
    ),
    ...paging,
  },
  returns: page(
    object({
      line: describe("The line of the file, from 1.", integer({ min: 0 })),
      field: describe("The column or field.", text({ min: 0 })),
      level: describe(
        "Severity: `error` was refused, `warning` was changed, `info` is a remark.",
        oneOf("error", "warning", "info"),
      ),
      code: describe("Stable code of the issue, such as `PRICE_MISSING`.", text()),
      value: describe("Content of the cell, cut to 120 characters.", text({ min: 0 })),
      what: bothLanguages(),
      hint: bothLanguages(),
    }),
  ),
  failures: [ImportNotFound, CursorInvalid],
  tag: "import",
});
export const StockUnknown = failure("STOCK_UNKNOWN", 503, {
  en: "How many there are in stock cannot be told at the moment, so nothing is exported. Try again in a few seconds.",
  fr: "Les quantités en stock ne peuvent pas être lues pour l'instant ; rien n'est exporté. Réessayez dans quelques secondes.",
});
export const ExportProducts = query("catalog.exportProducts", {
  summary: "Give all products, with what is in stock now, as a file in Shopify's CSV format.",
  description:
    "In the language and currency of the system. `Variant Inventory Qty` is how many are on hand at the store that ships web orders, those held for orders included, as inventory counts them when the product is written; the number that was last said, of what no stock is kept and of what inventory is about to hear.\n\nImported again here, it changes nothing, also after sales: see ImportProducts. When inventory goes away meanwhile, the connection breaks: what ends well is whole. Refused with StockUnknown (503) when inventory does not answer",
  rest: "GET /products/export",
  allow: "catalog.import",
  access: "any",
  params: {},
  /** A stream of bytes. */
  returns: unknown(),
  produces: "text/csv",
  rateClass: "heavy",
  timeoutMs: 600_000,
  failures: [StockUnknown],
  tag: "import",
});
