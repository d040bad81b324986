/**
 * A shape says what a value looks like when it crosses the bus: JSON Schema that remembers its
 * TypeScript type. It is checked at run time by Ajv (lib/validator.ts), before that by the compiler,
 * and OpenAPI is written from it. Shapes are plain JSON: they survive Moleculer's deep clone and
 * travel in the registry.
 */
import { type Static, type TSchema, Type } from "@sinclair/typebox";

export type Shape<T = unknown> = TSchema & { static: T };
export type Fields = Readonly<Record<string, TSchema>>;

export type Infer<S> = S extends TSchema ? Static<S> : never;
/** The object type that a set of fields describes. */
export type Of<F extends Fields> = Static<
  ReturnType<typeof Type.Object<{ -readonly [K in keyof F]: F[K] }>>
>;

type Limits = { min?: number; max?: number };
type Described = Limits & { description?: string };
type TextLimits = Described & {
  pattern?: string;
  examples?: unknown[];
  /** A secret: it is never answered, logged or stored, not even as a part of a hash. */
  writeOnly?: true;
};

/**
 * Text of 1 to 255 characters by default: all input has an upper limit. The format `text` refuses
 * NUL and lone surrogates, which Postgres would reject later as an error.
 */
export const text = ({ min = 1, max = 255, ...rest }: TextLimits = {}) =>
  Type.String({ minLength: min, maxLength: max, format: "text", ...rest });
/** A list of at most 100 by default. */
export const list = <S extends TSchema>(items: S, { min = 0, max = 100 }: Limits = {}) =>
  Type.Array(items, { minItems: min, maxItems: max });
/** The keyword of a list that ends where it would not fit into one message: see `fitting`, lib/page.ts. */
export const CUT_TO_FIT = "x-cut-to-fit";
/** A list in an answer that is cut by bytes; `pageOf` or `fitting` cut it. */
export const cutList = <S extends TSchema>(items: S, { min = 0, max = 100 }: Limits = {}) =>
  Type.Array(items, { minItems: min, maxItems: max, [CUT_TO_FIT]: true });
/** The keyword of an object whose JSON has at most so many bytes; lib/validator.ts checks it. */
export const MAX_BYTES = "x-max-bytes";

/** Says in words what a field is: its meaning, its unit, what its absence means. */
export const describe = <S extends TSchema>(description: string, of: S): S => ({
  ...of,
  description,
});

/** Shapes by their names; OpenAPI and AsyncAPI write each once and refer to it. */
const named = new Map<string, TSchema>();
export const shapeNamed = (name: string): TSchema | undefined => named.get(name);
/** @throws Error when another shape has this name already */
function keep<S extends TSchema>(shapeToKeep: S): S {
  const { $id: name = "" } = shapeToKeep;
  const other = named.get(name);
  if (other && JSON.stringify(other) !== JSON.stringify(shapeToKeep))
    throw new Error(`Two shapes are called ${name}.`);
  named.set(name, shapeToKeep);
  return shapeToKeep;
}

/** The keyword of an id: the name of the thing that it refers to. */
export const REFERS_TO = "x-refers-to";
/** The keyword of a named object for the fields that identify it. */
export const IDENTITY = "x-identity";

const Id = keep(Type.String({ $id: "Id", format: "uuid", description: "A UUID, in lower case." }));
/** The id of a record; `of` names what kind of thing it is when it is another one's. */
export const id = ({ of }: { of?: string } = {}) =>
  of === undefined
    ? Id
    : { ...Id, [REFERS_TO]: of, description: `The id of the ${of.replaceAll("-", " ")}.` };
export const boolean = () => Type.Boolean();
/** A whole number that JavaScript holds exactly. */
export const integer = ({ min, max, ...rest }: Described = {}) =>
  Type.Integer({
    minimum: min ?? Number.MIN_SAFE_INTEGER,
    maximum: max ?? Number.MAX_SAFE_INTEGER,
    ...rest,
  });
export const decimal = ({ min, max, ...rest }: Described = {}) =>
  Type.Number({ minimum: min ?? -9e15, maximum: max ?? 9e15, ...rest });
const Quantity = integer({ min: 1, max: 9_999, description: "How many pieces." });
/** A decimal for people and for programs that promise decimals, beside an amount in minor units. */
export const amount = () => decimal({ min: 0, description: "The same amount as a decimal: 12.5." });
export const quantity = () => Quantity;

export const oneOf = <const V extends string[]>(...values: V) =>
  Type.Unsafe<V[number]>({ type: "string", enum: values });
export const literal = <const V extends string | number | boolean>(value: V) => Type.Literal(value);
type ObjectLimits = { maxBytes?: number };
export const object = <const F extends Fields>(fields: F, { maxBytes }: ObjectLimits = {}) =>
  Type.Object<{ -readonly [K in keyof F]: F[K] }>(fields, {
    additionalProperties: false,
    ...(maxBytes !== undefined && { [MAX_BYTES]: maxBytes }),
  });
/**
 * An object with a name that is unique in the system, by which generated documents refer to it. Its
 * identity is the field `id` by default, if it has one.
 */
export const shape = <const F extends Fields>(
  name: string,
  fields: F,
  description: string,
  { identity, ...limits }: ObjectLimits & { identity?: keyof F & string } = {},
) => {
  const key = identity ?? ("id" in fields ? "id" : undefined);
  const words = { $id: name, description, ...(key !== undefined && { [IDENTITY]: key }) };
  return keep({ ...object(fields, limits), ...words });
};
/** A map from texts to values; at most 100 entries. */
export const record = <S extends TSchema>(values: S, { max = 100 }: Limits = {}) =>
  Type.Unsafe<Record<string, Static<S>>>({
    type: "object",
    additionalProperties: values,
    maxProperties: max,
  });
/** Any JSON object, stored and returned without interpretation. */
export const json = (limits?: { maxBytes: number }) =>
  Type.Unsafe<Record<string, unknown>>({
    type: "object",
    additionalProperties: true,
    ...(limits && { [MAX_BYTES]: limits.maxBytes }),
  });
export const unknown = () => Type.Unknown();

/** An amount of money in the smallest unit of its currency (12.50 EUR is 1250), never negative. */
export const minorAmount = ({
  min = 0,
  max = Number.MAX_SAFE_INTEGER,
  description,
}: Described = {}) =>
  integer({ min, max, description: description ?? "In the currency's smallest unit: cents." });
const Currency = Type.String({
  pattern: "^[A-Z]{3}$",
  examples: ["EUR"],
  description: "ISO 4217 code of the currency.",
});
/** ISO 4217 alphabetic code. */
export const currency = () => Currency;
const DateTime = keep(
  Type.String({
    $id: "DateTime",
    format: "date-time",
    pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$",
    examples: ["2026-03-01T09:30:00.000Z"],
    description: "A moment in UTC, ISO 8601 with milliseconds.",
  }),
);
/**
 * A moment in UTC as ISO 8601 text with milliseconds, one that exists: the 30th of February, which
 * Postgres would refuse later as a fault, is none. A Date does not survive the bus.
 */
export const dateTime = () => DateTime;
const Version = integer({
  min: 0,
  max: 2_147_483_647,
  description: "Grows with each change. A change that names an older one is refused.",
});
export const version = () => Version;
const Sku = text({ max: 64, description: "Stock keeping unit: the merchant's own code." });
export const sku = () => Sku;
export const email = () =>
  personal(
    Type.String({
      format: "email",
      minLength: 3,
      maxLength: 254,
      description: "An e-mail address; upper and lower case are the same.",
    }),
  );

/** The keyword of what names a person: no event, process or answer to a command may hold it. */
export const PERSONAL = "x-personal";
/** Marks a shape as personal data: it is stored only where its owner can erase it. */
export const personal = <S extends TSchema>(shape: S): S => ({ ...shape, [PERSONAL]: true });

export const optional = <S extends TSchema>(inner: S) => Type.Optional(inner);
export const nullable = <S extends TSchema>(inner: S) =>
  Type.Unsafe<Static<S> | null>({ anyOf: [inner, { type: "null" }] });
export const union = <S extends TSchema[]>(...shapes: [...S]) => Type.Union(shapes);

/** A text in both languages of the system; with limits of its own it takes a name of its own. */
export const localizedText = (of: Limits & { name?: string } = { name: "LocalizedText" }) => {
  const { name, ...limits } = of;
  const fields = {
    fr: text({ ...limits, description: "In French." }),
    en: text({ ...limits, description: "In English." }),
  };
  return name === undefined ? object(fields) : shape(name, fields, "A text in French and English.");
};

const cursor = (description: string) => optional(text({ max: 512, description }));
/** The answer's cursor for the next page. */
export const nextPage = cursor("Send it as `after` for the next page; absent on the last one.");
/** The page that a list answers with: cursor of the next one, or none. */
export const page = <S extends TSchema>(items: S) =>
  object({
    items: describe("The things on this page.", cutList(items, { max: 100 })),
    next: nextPage,
    total: optional(integer({ min: 0, description: "How many there are on all pages." })),
  });
export const paging = {
  limit: optional(
    integer({ min: 1, max: 100, description: "How many at most on one page; 20 if not said." }),
  ),
  after: cursor("The `next` of the page before."),
};
