/** From the text of a CSV file to rows whose cells are asked by column; what is no row is a fault. */
import { parse } from "csv-parse/sync";
import {
  type Column,
  columnNamed,
  nameOf,
  unprotect,
  type AbsentField,
  unsaidBy,
} from "./columns.ts";
import { issueAt } from "./issues.ts";
import { type ImportIssue, LIMITS } from "./imported.ts";
import { type CsvRecord, RecordCutter } from "./records.ts";

export interface Row {
  line: number;
  /** The cell without the blanks around it; empty if the file has no such column. */
  get(column: Column): string;
  /** Whether the file has the column at all. */
  has(column: Column): boolean;
  /** Of what the file says nothing at all. */
  absent: readonly AbsentField[];
}

const PIECE = 65_536;
const REQUIRED = ["handle", "title", "price"] as const;
const BROKEN = { quote: "ROW_BROKEN", unclosed: "ROW_UNCLOSED", length: "ROW_TOO_LONG" } as const;

/** Rows and faults in the order of the file. Rows without any content are passed over. */
export async function* readRows(texts: AsyncIterable<string>): AsyncGenerator<Row | ImportIssue> {
  let header: Header | undefined;
  for await (const { records, delimiter } of recordsOf(texts)) {
    for (const item of cellsOf(records, delimiter)) {
      if ("level" in item) yield item;
      else if (header) yield* rowOf(item, header);
      else if (!isBlank(item.cells) && !isSeparatorHint(item.cells)) {
        header = headerOf(item);
        yield* header.issues;
        if (header.unusable) return;
      }
    }
  }
  if (!header) yield issueAt(1, "", "FILE_EMPTY");
}

/** Complete records in batches, cut by the separator that the first line uses. */
async function* recordsOf(
  texts: AsyncIterable<string>,
): AsyncGenerator<{ records: CsvRecord[]; delimiter: string }> {
  let begin = "";
  let delimiter = ",";
  let cutter: RecordCutter | undefined;
  for await (const text of texts) {
    let todo = text;
    if (!cutter) {
      begin += text;
      if (!/[\r\n]/.test(begin.trimStart()) && begin.length < PIECE) continue;
      todo = begin;
    }
    delimiter = cutter ? delimiter : delimiterOf(begin);
    cutter ??= new RecordCutter(delimiter, LIMITS.row);
    for (let at = 0; at < todo.length; at += PIECE) {
      yield { records: [...cutter.push(todo.slice(at, at + PIECE))], delimiter };
    }
    begin = "";
  }
  if (!cutter) delimiter = delimiterOf(begin);
  cutter ??= new RecordCutter(delimiter, LIMITS.row);
  yield { records: [...cutter.push(begin, true)], delimiter };
}

/** The separator that occurs most in the first line that says anything; a comma if none does. */
function delimiterOf(text: string): string {
  const [line = ""] = text.trimStart().split(/[\r\n]/, 1);
  const outside = line.replace(/"[^"]*"/g, "");
  const count = (separator: string) => outside.split(separator).length;
  return [",", ";", "\t", "|"].reduce((best, next) => (count(next) > count(best) ? next : best));
}

interface Cells {
  line: number;
  text: string;
  cells: string[];
}

function* cellsOf(records: CsvRecord[], delimiter: string): Generator<Cells | ImportIssue> {
  const sound = records.filter(isSound);
  const parsed = parseTogether(sound, delimiter);
  let at = 0;
  for (const record of records) {
    const { line, text, broken } = record;
    const cells = isSound(record) ? parsed[at++] : undefined;
    if (cells) yield { line, text, cells };
    else {
      const code = broken ? BROKEN[broken] : isText(text) ? "ROW_BROKEN" : "ROW_CHARACTERS";
      yield issueAt(line, "", code, { value: text, limit: LIMITS.row });
    }
  }
}

const isText = (text: string): boolean => text.isWellFormed() && !text.includes("\0");
const isSound = ({ broken, text }: CsvRecord): boolean => broken === undefined && isText(text);

/** csv-parse over many records at once; one by one if it should see other records than we do. */
function parseTogether(records: CsvRecord[], delimiter: string): (string[] | undefined)[] {
  const parsed = tryParse(records.map(({ text }) => text).join("\n"), delimiter);
  if (parsed.length === records.length) return parsed;
  return records.map(({ text }) => {
    const alone = tryParse(text, delimiter);
    return alone.length === 1 ? alone[0] : undefined;
  });
}

function tryParse(text: string, delimiter: string): string[][] {
  try {
    return parse(text, {
      delimiter,
      record_delimiter: "\n",
      relax_column_count: true,
      // A quote inside a cell that has none around it is a letter: 29" wheel.
      relax_quotes: true,
    });
  } catch {
    return [];
  }
}

const isBlank = (cells: string[]): boolean => cells.every((cell) => cell.trim() === "");
const isSeparatorHint = (cells: string[]): boolean => /^"?sep=/i.test(cells[0] ?? "");

interface Header {
  width: number;
  at: ReadonlyMap<Column, number>;
  absent: readonly AbsentField[];
  issues: ImportIssue[];
  unusable: boolean;
}

function headerOf({ line, cells }: Cells): Header {
  const at = new Map<Column, number>();
  const issues: ImportIssue[] = [];
  for (const [index, heading] of cells.entries()) {
    const column = columnNamed(heading);
    const value = heading.trim();
    if (column === undefined) {
      if (value !== "") issues.push(issueAt(line, value, "COLUMN_NOT_TAKEN", { value }));
    } else if (at.has(column)) issues.push(issueAt(line, value, "COLUMN_REPEATED", { value }));
    else at.set(column, index);
  }
  const absent = unsaidBy((column) => at.has(column));
  const missing = REQUIRED.find((column) => !at.has(column));
  if (missing === undefined) return { width: cells.length, at, absent, issues, unusable: false };
  const value = cells.join(", ");
  const issue = issueAt(line, nameOf(missing), "HEADER_UNKNOWN", {
    value,
    missing: nameOf(missing),
  });
  return { width: cells.length, at, absent, issues: [issue], unusable: true };
}

function* rowOf({ line, text, cells }: Cells, header: Header): Generator<Row | ImportIssue> {
  if (isBlank(cells)) return;
  const tooMany = !isBlank(cells.slice(header.width));
  if (cells.length < header.width || tooMany) {
    const numbers = { found: cells.length, expected: header.width };
    yield issueAt(line, "", "ROW_WIDTH", { value: text, ...numbers });
    return;
  }
  const texts = cells.map((cell) => unprotect(cell).trim());
  yield {
    line,
    get: (column) => texts[header.at.get(column) ?? -1] ?? "",
    has: (column) => header.at.has(column),
    absent: header.absent,
  };
}
