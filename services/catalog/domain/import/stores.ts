/** Reads a chain's list of stores: one JSON array of objects. */
import { issueAt } from "./issues.ts";
import type { ImportedStore, ImportIssue } from "./imported.ts";
import * as field from "./store-fields.ts";

export interface StoreOptions {
  /** ISO 3166-1 alpha-2 of all stores of the list; `US` if not said, as in the lists we know. */
  country?: string;
  /** Bytes; 50 MB if not said. The list is held in memory while it is read. */
  limitBytes?: number;
}

const TAKEN = new Set(
  "id type name address address2 city state zip location hours services".split(" "),
);

/**
 * The stores in the order of the list, and between them the faults. A store without a number, name,
 * street, town, postal code or position is not taken; everything else of it may be missing. No
 * content makes it throw. `line` is the store's place in the list, from 1.
 */
export async function* readStores(
  stream: AsyncIterable<Uint8Array>,
  { country = "US", limitBytes = 50_000_000 }: StoreOptions = {},
): AsyncGenerator<ImportedStore | ImportIssue> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > limitBytes) {
      yield issueAt(1, "", "STORES_TOO_LARGE", { limit: limitBytes / 1_000_000 });
      return;
    }
    chunks.push(chunk);
  }
  const list = listIn(Buffer.concat(chunks));
  if (typeof list === "string") {
    yield issueAt(1, "", "STORES_NOT_A_LIST", { value: list });
    return;
  }
  const codes = new Set<string>();
  const unknown = new Set<string>();
  for (const [index, entry] of list.entries()) {
    const issues: ImportIssue[] = [];
    const line = index + 1;
    const store = readStore(entry, { line, country, codes, unknown, issues });
    yield* issues;
    if (store) yield store;
  }
}

/** The array, or what is wrong with it. */
function listIn(bytes: Buffer): unknown[] | string {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list : text;
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
}

interface Reading {
  line: number;
  country: string;
  codes: Set<string>;
  unknown: Set<string>;
  issues: ImportIssue[];
}

function readStore(entry: unknown, reading: Reading): ImportedStore | undefined {
  const { line, country, codes, unknown, issues } = reading;
  const report: field.Report = (code, name, data) =>
    void issues.push(issueAt(line, name, code, data));
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) {
    report("STORE_NOT_AN_OBJECT", "", { value: JSON.stringify(entry) });
    return undefined;
  }
  const fields: field.Entry = { ...entry };
  for (const name of Object.keys(fields)) {
    if (TAKEN.has(name) || unknown.has(name)) continue;
    unknown.add(name);
    report("STORE_FIELD_NOT_TAKEN", name, { value: name });
  }
  const code = field.needed(fields, "id", report);
  const name = field.needed(fields, "name", report);
  const line1 = field.needed(fields, "address", report);
  const city = field.needed(fields, "city", report);
  const zip = field.needed(fields, "zip", report);
  const place = field.placeOf(fields, report);
  const complete = code && name && line1 && city && zip && place;
  if (!complete) return undefined;
  if (codes.has(code)) {
    report("STORE_REPEATED", "id", { value: code });
    return undefined;
  }
  codes.add(code);
  const kind = field.optionalText(fields, "type", report);
  const line2 = field.optionalText(fields, "address2", report);
  const region = field.optionalText(fields, "state", report);
  const hours = field.hoursOf(fields, report)?.hours;
  return {
    line,
    code,
    name,
    ...(kind !== undefined && { kind }),
    address: {
      line1,
      ...(line2 !== undefined && { line2 }),
      city,
      ...(region !== undefined && { region }),
      postalCode: field.postalCodeOf(zip, country, report),
      country,
    },
    ...place,
    ...(hours && { hours }),
    services: field.servicesOf(fields, report),
  };
}
