/** `npm run export -- FILE`: writes all products of the running system as Shopify's CSV. */
import { createWriteStream, existsSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { UserError } from "./client/api-client.ts";
import { OperatorClient, reportingErrors } from "./client/operator.ts";

const USAGE = `npm run export -- FILE [--url URL] [--token TOKEN]`;

await reportingErrors(async () => {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { url: text, token: text },
  });
  const [file] = positionals;
  if (file === undefined) throw new UserError(USAGE);
  const folder = path.dirname(path.resolve(file));
  if (!existsSync(folder)) throw new UserError(`There is no folder ${folder}. Make it first.`);
  const client = await OperatorClient.open(values);
  const { body } = await client.ask("/products/export");
  if (!body) throw new UserError("The answer was empty.");
  // Under its name only once it is whole.
  const part = `${file}.part`;
  try {
    await pipeline(Readable.fromWeb(body as never), createWriteStream(part));
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
  process.stdout.write(`The products are in ${file}.\n`);
});
