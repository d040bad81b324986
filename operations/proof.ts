/**
 * `npm run proof`: starts a fresh company of its own and tries, over REST, to make it sell too much,
 * charge twice or forget. Each number printed is counted from answers and databases. Its exit code is
 * 1 when something does not hold.
 */
import { randomBytes } from "node:crypto";
import { temporaryFolder } from "../runtime/servers/temporary-folder.ts";

// Before anything reads the settings: the new company has its own folder and its own secret.
process.env.DATA_DIR = temporaryFolder("proof");
process.env.JWT_SECRET = randomBytes(48).toString("hex");
const { prove } = await import("./proof/prove.ts");
try {
  process.exitCode = await prove((line) => process.stdout.write(`${line}\n`));
} catch (error) {
  process.stderr.write(`The proof could not be finished: ${(error as Error).message}\n`);
  process.exitCode = 2;
}
