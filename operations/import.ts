/**
 * `npm run import -- shopify FILE` or `-- stores FILE`: gives a file to the running system, shows how
 * far it is, and writes the whole report into the data folder. It may be stopped at any time: the system goes
 * on, and the same command again finds the same import, or has nothing left to do.
 */
import { createReadStream, createWriteStream, existsSync, mkdirSync, statSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { SingleBar } from "cli-progress";
import { stringify } from "csv-stringify/sync";
import { config } from "../config.ts";
import type { Result } from "../lib/contract.ts";
import type { ListImportIssues, ShowImport } from "../services/catalog/catalog.contract.ts";
import { protect } from "../services/catalog/domain/import/columns.ts";
import { UserError } from "./client/api-client.ts";
import { OperatorClient, reportingErrors } from "./client/operator.ts";

type Report = Result<typeof ShowImport>;
type Issue = Result<typeof ListImportIssues>["items"][number];

const USAGE = `npm run import -- shopify FILE   products in Shopify's CSV format
npm run import -- stores FILE    a JSON list of stores

  --url URL       where the system is; http://127.0.0.1:PORT if not said
  --token TOKEN   an access token; else ADMIN_EMAIL and ADMIN_PASSWORD sign in
  --report FILE   where the report is written; into DATA_DIR/reports if not said`;
const ROUTES: Record<string, string> = {
  shopify: "/products/import?format=shopify&source=",
  stores: "/stores/import?source=",
};
const LOOK_EVERY_MS = 300;
const USUAL_LINE_BYTES = 220;
const SHOWN_ISSUES = 10;
const say = (line: string) => process.stdout.write(`${line}\n`);

await reportingErrors(async () => {
  const { values, positionals } = wanted();
  const [kind = "", file = ""] = positionals;
  const route = ROUTES[kind];
  if (route === undefined || file === "") throw new UserError(USAGE);
  if (!existsSync(file)) throw new UserError(`There is no file ${file}.`);

  const client = await OperatorClient.open(values);
  const { importId } = await client.json<Report>(route + encodeURIComponent(path.basename(file)), {
    method: "POST",
    headers: { "content-type": "application/octet-stream" },
    body: Readable.toWeb(createReadStream(file)),
    duplex: "half",
  });
  const report = await followed(client, importId, statSync(file).size);
  const target = values.report ?? reportFor(file);
  const first = await written(client, importId, target);
  printReport(report, first, target);
});

function wanted() {
  const text = { type: "string" } as const;
  try {
    const options = { url: text, token: text, report: text };
    return parseArgs({ allowPositionals: true, options });
  } catch (error) {
    throw new UserError(`${(error as Error).message}\n\n${USAGE}`);
  }
}

/** Shows how many lines are done until there are no more. */
async function followed(client: OperatorClient, importId: string, bytes: number): Promise<Report> {
  const bar = process.stdout.isTTY
    ? new SingleBar({ format: "  {bar} line {line}  {done} taken, {errors} refused", barsize: 30 })
    : undefined;
  bar?.start(bytes, 0, { line: 0, done: 0, errors: 0 });
  for (;;) {
    const report = await client.json<Report>(`/imports/${importId}`);
    const { created, updated, unchanged, errors, line, state } = report;
    const ended = state === "done" || state === "failed";
    // The number of lines is unknown before the end, so it is estimated from a usual length.
    const position = ended ? bytes : Math.min(bytes * 0.99, line * USUAL_LINE_BYTES);
    bar?.update(Math.round(position), { line, done: created + updated + unchanged, errors });
    if (ended) {
      bar?.stop();
      return report;
    }
    await sleep(LOOK_EVERY_MS);
  }
}

/** The report is not written beside the merchant's file: that folder may be another user's. */
function reportFor(file: string): string {
  const folder = path.join(config.dataDir, "reports");
  mkdirSync(folder, { recursive: true });
  return path.join(folder, `${path.basename(file)}.report.csv`);
}

/** The whole report as CSV; answers its first lines that were not taken. */
async function written(client: OperatorClient, importId: string, file: string): Promise<Issue[]> {
  const first: Issue[] = [];
  async function* lines() {
    yield stringify([["line", "field", "level", "code", "value", "what", "hint"]]);
    let after: string | undefined;
    do {
      const cursor: string = after === undefined ? "" : `&after=${encodeURIComponent(after)}`;
      const page = await client.json<Result<typeof ListImportIssues>>(
        `/imports/${importId}/faults?limit=100${cursor}`,
      );
      for (const issue of page.items)
        if (issue.level === "error" && first.length < SHOWN_ISSUES) first.push(issue);
      yield stringify(page.items.map(rowOf));
      after = page.next;
    } while (after !== undefined);
  }
  await pipeline(Readable.from(lines()), createWriteStream(file));
  return first;
}

function rowOf({ line, field, level, code, value, what, hint }: Issue): string[] {
  const { language } = config;
  const cells = [String(line), field, level, code, value, what[language], hint[language]];
  return cells.map(protect);
}

function printReport(report: Report, first: readonly Issue[], file: string): void {
  const { created, updated, unchanged, errors, warnings, notes, line } = report;
  if (report.state === "failed") {
    process.exitCode = 1;
    say(`The import failed at line ${line}: ${report.error ?? "no reason is known"}`);
  }
  say(`${created} new, ${updated} changed, ${unchanged} unchanged, up to line ${line}.`);
  say(`${errors} refused, ${warnings} taken with a change, ${notes} notes. All of them: ${file}`);
  for (const issue of first) {
    const where = issue.field === "" ? `line ${issue.line}` : `line ${issue.line}, ${issue.field}`;
    say(`  ${where}: ${issue.what[config.language]} ${issue.hint[config.language]}`);
  }
  if (errors > first.length) say(`  … and ${errors - first.length} more.`);
}
