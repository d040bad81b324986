/**
 * `npm run deployment`: writes what files for others say of the services, from manifests and contracts.
 * With --check it only names the files that are stale, and exits with 1 if there is one.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { partsIn, whole } from "./deployment/outputs.ts";
import { withParts } from "./deployment/parts.ts";

const { check = false } = parseArgs({ options: { check: { type: "boolean" } } }).values;
const textOf = (file: string) => (existsSync(file) ? readFileSync(file, "utf8") : "");

const wanted = await whole();
for (const [file, parts] of Object.entries(partsIn()))
  wanted[file] = withParts(file, textOf(file), parts);
const stale = Object.entries(wanted).filter(([file, text]) => textOf(file) !== text);
for (const [file, text] of stale) {
  process.stdout.write(`${file}\n`);
  if (check) continue;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}
if (check && stale.length > 0) {
  process.stderr.write("These files are stale: run npm run deployment.\n");
  process.exit(1);
}
process.exit(0);
