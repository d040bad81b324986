/** Values that a shape describes, made by fast-check: what the contracts say is what is tried. */
import type { TSchema } from "@sinclair/typebox";
import fc from "fast-check";
import { type Action, routesOf } from "../../lib/contract.ts";
import type { Fields } from "../../lib/shape.ts";

const OPTIONAL = Symbol.for("TypeBox.Optional");
/** Enough items for duplicates; a list of 500 adds nothing. */
const MANY = 4;

/** `ids` are some that exist: where an id is wanted, it is one of them every other time. */
export function arbitraryOf(shape: TSchema, ids: readonly string[] = []): fc.Arbitrary<unknown> {
  if (shape.const !== undefined) return fc.constant(shape.const);
  if (shape.enum) return fc.constantFrom(...(shape.enum as string[]));
  if (shape.anyOf)
    return fc.oneof(...(shape.anyOf as TSchema[]).map((one) => arbitraryOf(one, ids)));
  switch (shape.type) {
    case "string":
      return textOf(shape, ids);
    case "integer":
      return fc.integer({ min: Number(shape.minimum), max: Number(shape.maximum) });
    case "number":
      return amountOf(shape);
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array":
      return fc.array(arbitraryOf(shape.items as TSchema, ids), {
        minLength: Number(shape.minItems ?? 0),
        maxLength: Math.max(Number(shape.minItems ?? 0), MANY),
      });
    case "object":
      return objectOf(shape, ids);
    default:
      return fc.jsonValue({ maxDepth: 2 }).filter((value) => value !== undefined);
  }
}

/** All required fields, each optional one or not. */
export function fieldsOf(
  fields: Fields,
  ids: readonly string[] = [],
): fc.Arbitrary<Record<string, unknown>> {
  const names = Object.keys(fields);
  const requiredKeys = names.filter((name) => !(OPTIONAL in (fields[name] ?? {})));
  const each = Object.fromEntries(
    Object.entries(fields).map(([name, shape]) => [name, arbitraryOf(shape, ids)]),
  );
  return fc.record(each, { requiredKeys });
}

function objectOf(shape: TSchema, ids: readonly string[]): fc.Arbitrary<Record<string, unknown>> {
  if (shape.properties) return fieldsOf(shape.properties as Fields, ids);
  const values = typeof shape.additionalProperties === "object" && shape.additionalProperties;
  const arbitrary = values ? arbitraryOf(values as TSchema, ids) : fc.jsonValue({ maxDepth: 1 });
  return fc.dictionary(fc.stringMatching(/^[a-z]{1,12}$/), arbitrary, { maxKeys: MANY });
}

/** Mostly amounts of two decimals, as people type them. */
function amountOf(shape: TSchema): fc.Arbitrary<number> {
  const min = Number(shape.minimum);
  const max = Number(shape.maximum);
  const cents = fc
    .integer({ min: Math.max(0, Math.ceil(min * 100)), max: Math.min(1e6, Math.floor(max * 100)) })
    .map((value) => value / 100);
  return fc.oneof(
    { arbitrary: cents, weight: 3 },
    { arbitrary: fc.double({ min, max, noNaN: true }), weight: 1 },
  );
}

function textOf(shape: TSchema, ids: readonly string[]): fc.Arbitrary<string> {
  const id = fc.uuid({ version: 7 });
  if (shape.format === "uuid") return ids.length > 0 ? fc.oneof(id, fc.constantFrom(...ids)) : id;
  if (shape.format === "email") return id.map((name) => `${name}@example.org`);
  const minLength = Number(shape.minLength ?? 0);
  const maxLength = Number(shape.maxLength ?? 40);
  const fits = (text: string) => {
    const { length } = Array.from(text);
    return length >= minLength && length <= maxLength && !text.includes("\0");
  };
  if (shape.pattern)
    return fc.stringMatching(new RegExp(String(shape.pattern)), { size: "small" }).filter(fits);
  const limits = { minLength, maxLength: Math.max(minLength, Math.min(maxLength, 30)) };
  return fc.string({ unit: "grapheme", ...limits }).filter(fits);
}

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
}

/** A request of this route with these parameters: in the path, and in the body or the query. */
export function requestOf(
  { method, path }: ReturnType<typeof routesOf>[number],
  params: Readonly<Record<string, unknown>>,
): Request {
  const inPath = new Set([...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => name));
  const address = path.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(textFor(params[name] ?? "-")),
  );
  const rest = Object.entries(params).filter(([name]) => !inPath.has(name));
  if (method !== "GET" && method !== "DELETE")
    return { method, path: address, body: Object.fromEntries(rest) };
  const query = rest.flatMap(([name, value]) =>
    value === undefined ? [] : `${encodeURIComponent(name)}=${encodeURIComponent(textFor(value))}`,
  );
  return { method, path: query.length > 0 ? `${address}?${query.join("&")}` : address };
}

/** Encodes a value for a URL, which cannot contain lone surrogates. */
function textFor(value: unknown): string {
  if (Array.isArray(value)) return value.map(textFor).join(",");
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.toWellFormed();
}

/** One good request for each route of an action, always the same for the same seed. */
export function requestsOf(action: Action, seed = 1): Request[] {
  const [params = {}] = fc.sample(fieldsOf(action.params), { seed, numRuns: 1 });
  return routesOf(action).map((route) => requestOf(route, params));
}
