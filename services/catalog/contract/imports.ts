/** Taking merchants' files over, and giving the catalogue as one. */
import { action } from "../../../lib/contract.ts";
import {
  anything,
  id,
  type Infer,
  instant,
  integer,
  object,
  oneOf,
  optional,
  page,
  paging,
  text,
} from "../../../lib/shape.ts";
import { CursorInvalid } from "../../../lib/page.ts";
import { ImportEmpty, ImportTooLarge } from "../../../lib/imports.ts";
import { ImportNotFound } from "./failures.ts";

const count = () => integer({ min: 0 });
export const ImportReport = object({
  importId: id(),
  kind: oneOf("shopify", "stores"),
  state: oneOf("waiting", "running", "done", "failed"),
  /** The file's name. */
  source: text(),
  bytes: count(),
  /** The line of the file that was reached. */
  line: count(),
  created: count(),
  updated: count(),
  unchanged: count(),
  /** Things that were not taken: each is an entry of the report. */
  errors: count(),
  /** Taken, but changed. */
  warnings: count(),
  /** Worth knowing. */
  notes: count(),
  at: instant(),
  startedAt: optional(instant()),
  endedAt: optional(instant()),
  /** Why it failed as a whole. */
  error: optional(text({ max: 2_000 })),
});
export type ImportReport = Infer<typeof ImportReport>;

const receiving = {
  allow: "catalog.import",
  /** `source`: the file's name, for the list of imports. */
  status: 202,
  stream: true,
  rateClass: "heavy",
  timeoutMs: 600_000,
  failures: [ImportTooLarge, ImportEmpty],
  tag: "import",
} as const;

/**
 * The file is the body. The same file sent again while it is in work answers the same import; later
 * it makes a new one, in which everything is unchanged.
 */
export const ImportProducts = action("catalog.importProducts", {
  summary: "Take a file of products over, in Shopify's CSV format, up to 200 MB.",
  rest: "POST /products/import",
  params: { format: optional(oneOf("shopify")), source: optional(text()) },
  returns: ImportReport,
  ...receiving,
});
export const ImportStores = action("catalog.importStores", {
  summary: "Take a list of stores over: a JSON array, up to 50 MB.",
  rest: "POST /stores/import",
  params: { source: optional(text()) },
  returns: ImportReport,
  ...receiving,
});
export const ShowImport = action("catalog.showImport", {
  summary: "Show how far an import is.",
  rest: "GET /imports/:importId",
  allow: "catalog.import",
  params: { importId: id() },
  returns: ImportReport,
  repeatable: true,
  failures: [ImportNotFound],
  tag: "import",
});
export const ListImports = action("catalog.imports", {
  summary: "List the imports, the newest first.",
  rest: "GET /imports",
  allow: "catalog.import",
  params: paging,
  returns: page(ImportReport),
  repeatable: true,
  failures: [CursorInvalid],
  tag: "import",
});
const bothLanguages = () => object({ fr: text({ max: 1_000 }), en: text({ max: 1_000 }) });
export const ListImportFaults = action("catalog.importFaults", {
  summary: "List what an import did not take, or not as it was written, by lines.",
  rest: "GET /imports/:importId/faults",
  allow: "catalog.import",
  params: { importId: id(), level: optional(oneOf("error", "warning", "info")), ...paging },
  returns: page(
    object({
      line: integer({ min: 0 }),
      field: text({ min: 0 }),
      level: oneOf("error", "warning", "info"),
      code: text(),
      value: text({ min: 0 }),
      what: bothLanguages(),
      mend: bothLanguages(),
    }),
  ),
  repeatable: true,
  failures: [ImportNotFound, CursorInvalid],
  tag: "import",
});
/** In the language and currency of the house. Imported again here, it changes nothing. */
export const ExportProducts = action("catalog.exportProducts", {
  summary: "Give all products as a file in Shopify's CSV format.",
  rest: "GET /products/export",
  allow: "catalog.import",
  params: {},
  /** A stream of bytes. */
  returns: anything(),
  repeatable: true,
  rateClass: "heavy",
  timeoutMs: 600_000,
  tag: "import",
});
