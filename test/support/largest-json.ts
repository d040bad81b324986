/** Computes the largest JSON that a contract's shape allows. */
import { CUT_TO_FIT, MAX_BYTES } from "../../lib/shape.ts";

interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly format?: string;
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly items?: Schema;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly maxProperties?: number;
  readonly [MAX_BYTES]?: number;
  readonly [CUT_TO_FIT]?: boolean;
}
interface How {
  /** True if marked lists are cut: then only one item counts, which is their minimum. */
  readonly cut: boolean;
}

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
const FORMATS: Readonly<Record<string, number>> = { uuid: 38, "date-time": 26, date: 12 };
const ANY_KEY = { type: "string", maxLength: 64 };

/**
 * In bytes; Infinity where the schema sets no limit. A character counts as four bytes, the most that
 * UTF-8 needs. Control characters need six in JSON: a text of nothing else is refused by the bus.
 */
export function largestJson(shape: object, how: How = { cut: true }): number {
  const schema = shape as Schema;
  const { [MAX_BYTES]: maxBytes = Infinity, enum: values, anyOf } = schema;
  if (schema.const !== undefined) return bytesOf(schema.const);
  if (values) return Math.max(...values.map(bytesOf));
  if (anyOf) return Math.max(...anyOf.map((one) => largestJson(one, how)));
  return Math.min(maxBytes, largestOfType(schema, how));
}

function largestOfType(schema: Schema, how: How): number {
  const { type = "anything" } = schema;
  switch (type) {
    case "null":
    case "boolean":
      return 5;
    case "integer":
      return 17;
    case "number":
      return 24;
    case "string":
      return FORMATS[schema.format ?? ""] ?? largestText(schema);
    case "array":
      return largestList(schema, how);
    case "object":
      return largestObject(schema, how);
    default:
      return Infinity;
  }
}

function largestText({ pattern = "[^]", format, maxLength }: Schema): number {
  const ascii = format === "email" || !/\[\^|\\[SWDpP]|(?<!\\)\./.test(pattern);
  const [, exactly] = /^\^\[[^\]]+\]\{(\d+)\}\$$/.exec(pattern) ?? [];
  return 2 + (maxLength ?? Number(exactly ?? Infinity)) * (ascii ? 1 : 4);
}

function largestList({ items = {}, maxItems = Infinity, ...rest }: Schema, how: How): number {
  const most = how.cut && rest[CUT_TO_FIT] ? 1 : maxItems;
  return most === 0 ? 2 : 2 + most * (largestJson(items, how) + 1);
}

function largestObject(schema: Schema, how: How): number {
  const { properties = {}, additionalProperties: more = false, maxProperties = Infinity } = schema;
  const named = Object.entries(properties).map(
    ([name, value]) => bytesOf(name) + 2 + largestJson(value, how),
  );
  const known = named.reduce((all, one) => all + one, 2);
  if (more === false) return known;
  const others = more === true ? Infinity : largestJson(more, how) + largestJson(ANY_KEY) + 2;
  return known + maxProperties * others;
}
