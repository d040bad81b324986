import { handle } from "../../lib/bus.ts";
import { exportProducts } from "./actions/exportProducts.ts";
import { importIssues } from "./actions/importIssues.ts";
import { importProducts } from "./actions/importProducts.ts";
import { imports } from "./actions/imports.ts";
import { importStores } from "./actions/importStores.ts";
import { showImport } from "./actions/showImport.ts";
import * as contract from "./catalog.contract.ts";

/** Taking merchants' files over, and giving the catalogue as one. */
export const importsActions = {
  importProducts: handle(contract.ImportProducts, importProducts),
  importStores: handle(contract.ImportStores, importStores),
  showImport: handle(contract.ShowImport, showImport),
  imports: handle(contract.ListImports, imports),
  importIssues: handle(contract.ListImportIssues, importIssues),
  exportProducts: handle(contract.ExportProducts, exportProducts),
};
