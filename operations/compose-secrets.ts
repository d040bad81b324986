/**
 * `npm run compose:secrets`: creates the secrets of docker-compose.yml in ./secrets (or the folder
 * named by --folder). Each secret is created once: protect the folder like what it opens. A
 * repetition adds new secrets, and gives the bus new services' keys.
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
