/**
 * `npm run compose:secrets`: makes what docker-compose.yml only refers to, in ./secrets (or the folder
 * named by --folder). Each secret is made once and kept: guard the folder like what it opens. Repeating it
 * adds what is new, and lets the bus know services that have come since.
 */
import path from "node:path";
import { parseArgs } from "node:util";
import { writeForCompose } from "./secrets/compose.ts";

try {
  const { folder = "secrets" } = parseArgs({ options: { folder: { type: "string" } } }).values;
  const written = await writeForCompose(path.resolve(folder));
  process.stdout.write(`${written} files are in ${path.resolve(folder, "compose")}.\n`);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
