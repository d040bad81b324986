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
import { Door, tellingTroubles, Told } from "./transfer/door.ts";

type Report = Result<typeof ShowImport>;
type Fault = Result<typeof ListImportIssues>["items"][number];

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
const SHOWN_FAULTS = 10;
const say = (line: string) => process.stdout.write(`${line}\n`);

await tellingTroubles(async () => {
  const { values, positionals } = wanted();
  const [kind = "", file = ""] = positionals;
  const route = ROUTES[kind];
  if (route === undefined || file === "") throw new Told(USAGE);
  if (!existsSync(file)) throw new Told(`There is no file ${file}.`);

  const door = await Door.open(values);
  const { importId } = await door.json<Report>(route + encodeURIComponent(path.basename(file)), {
    method: "POST",
    headers: { "content-type": "application/octet-stream" },
    body: Readable.toWeb(createReadStream(file)),
    duplex: "half",
  });
  const report = await followed(door, importId, statSync(file).size);
  const target = values.report ?? reportFor(file);
  const first = await written(door, importId, target);
  tell(report, first, target);
});

function wanted() {
  const text = { type: "string" } as const;
  try {
    const options = { url: text, token: text, report: text };
    return parseArgs({ allowPositionals: true, options });
  } catch (error) {
    throw new Told(`${(error as Error).message}\n\n${USAGE}`);
  }
}

/** Shows how many lines are done until there are no more. */
async function followed(door: Door, importId: string, bytes: number): Promise<Report> {
  const bar = process.stdout.isTTY
    ? new SingleBar({ format: "  {bar} line {line}  {done} taken, {errors} refused", barsize: 30 })
    : undefined;
  bar?.start(bytes, 0, { line: 0, done: 0, errors: 0 });
  for (;;) {
    const report = await door.json<Report>(`/imports/${importId}`);
    const { created, updated, unchanged, errors, line, state } = report;
    const ended = state === "done" || state === "failed";
    // How many lines there are, nobody knows before the end; lines have some length.
    const reached = ended ? bytes : Math.min(bytes * 0.99, line * USUAL_LINE_BYTES);
    bar?.update(Math.round(reached), { line, done: created + updated + unchanged, errors });
    if (ended) {
      bar?.stop();
      return report;
    }
    await sleep(LOOK_EVERY_MS);
  }
}

/** Not beside the merchant's file: its folder may be somebody else's. */
function reportFor(file: string): string {
  const folder = path.join(config.dataDir, "reports");
  mkdirSync(folder, { recursive: true });
  return path.join(folder, `${path.basename(file)}.report.csv`);
}

/** The whole report as CSV; answers its first lines that were not taken. */
async function written(door: Door, importId: string, file: string): Promise<Fault[]> {
  const first: Fault[] = [];
  async function* lines() {
    yield stringify([["line", "field", "level", "code", "value", "what", "mend"]]);
    let after: string | undefined;
    do {
      const cursor: string = after === undefined ? "" : `&after=${encodeURIComponent(after)}`;
      const page = await door.json<Result<typeof ListImportIssues>>(
        `/imports/${importId}/faults?limit=100${cursor}`,
      );
      for (const fault of page.items)
        if (fault.level === "error" && first.length < SHOWN_FAULTS) first.push(fault);
      yield stringify(page.items.map(rowOf));
      after = page.next;
    } while (after !== undefined);
  }
  await pipeline(Readable.from(lines()), createWriteStream(file));
  return first;
}

function rowOf({ line, field, level, code, value, what, hint }: Fault): string[] {
  const { language } = config;
  const cells = [String(line), field, level, code, value, what[language], hint[language]];
  return cells.map(protect);
}

function tell(report: Report, first: readonly Fault[], file: string): void {
  const { created, updated, unchanged, errors, warnings, notes, line } = report;
  if (report.state === "failed") {
    process.exitCode = 1;
    say(`The import failed at line ${line}: ${report.error ?? "no reason is known"}`);
  }
  say(`${created} new, ${updated} changed, ${unchanged} unchanged, up to line ${line}.`);
  say(`${errors} refused, ${warnings} taken with a change, ${notes} notes. All of them: ${file}`);
  for (const fault of first) {
    const where = fault.field === "" ? `line ${fault.line}` : `line ${fault.line}, ${fault.field}`;
    say(`  ${where}: ${fault.what[config.language]} ${fault.hint[config.language]}`);
  }
  if (errors > first.length) say(`  … and ${errors - first.length} more.`);
}
