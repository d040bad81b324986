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
type TextLimits = Limits & {
  pattern?: string;
  description?: string;
  examples?: unknown[];
  /** A secret: it is never answered, logged or kept, not even as a part of a hash. */
  writeOnly?: true;
};

/**
 * Text of 1 to 255 characters if not said otherwise: everything that arrives has an upper limit.
 * The format `text` refuses NUL and lone surrogates, which Postgres would refuse later as a fault.
 */
export const text = ({ min = 1, max = 255, ...rest }: TextLimits = {}) =>
  Type.String({ minLength: min, maxLength: max, format: "text", ...rest });
/** A list of at most 100 if not said otherwise. */
export const list = <S extends TSchema>(items: S, { min = 0, max = 100 }: Limits = {}) =>
  Type.Array(items, { minItems: min, maxItems: max });
/** The keyword of a list that ends where it would not fit into one message: see `fitting`, lib/page.ts. */
export const CUT_TO_FIT = "x-cut-to-fit";
/** A list in an answer that is cut by bytes: whoever makes it uses `pageOf` or `fitting`. */
export const cutList = <S extends TSchema>(items: S, { min = 0, max = 100 }: Limits = {}) =>
  Type.Array(items, { minItems: min, maxItems: max, [CUT_TO_FIT]: true });
/** The keyword of an object whose JSON has at most so many bytes; lib/validator.ts checks it. */
export const MAX_BYTES = "x-max-bytes";

export const id = () => Type.String({ format: "uuid" });
export const boolean = () => Type.Boolean();
/** A whole number that JavaScript holds exactly. */
export const integer = ({ min, max, ...rest }: Limits & { description?: string } = {}) =>
  Type.Integer({
    minimum: min ?? Number.MIN_SAFE_INTEGER,
    maximum: max ?? Number.MAX_SAFE_INTEGER,
    ...rest,
  });
export const decimal = ({ min, max, ...rest }: Limits & { description?: string } = {}) =>
  Type.Number({ minimum: min ?? -9e15, maximum: max ?? 9e15, ...rest });
/** How many pieces of something: 1 to 9,999. */
export const quantity = () => integer({ min: 1, max: 9_999 });

export const oneOf = <const V extends string[]>(...values: V) =>
  Type.Unsafe<V[number]>({ type: "string", enum: values });
export const literal = <const V extends string | number | boolean>(value: V) => Type.Literal(value);
export const object = <const F extends Fields>(fields: F, limits?: { maxBytes: number }) =>
  Type.Object<{ -readonly [K in keyof F]: F[K] }>(fields, {
    additionalProperties: false,
    ...(limits && { [MAX_BYTES]: limits.maxBytes }),
  });
/** A map from texts to values; at most 100 entries. */
export const record = <S extends TSchema>(values: S, { max = 100 }: Limits = {}) =>
  Type.Unsafe<Record<string, Static<S>>>({
    type: "object",
    additionalProperties: values,
    maxProperties: max,
  });
/** Any JSON object: for what is kept and shown but not understood. */
export const json = (limits?: { maxBytes: number }) =>
  Type.Unsafe<Record<string, unknown>>({
    type: "object",
    additionalProperties: true,
    ...(limits && { [MAX_BYTES]: limits.maxBytes }),
  });
export const unknown = () => Type.Unknown();

/** An amount of money in the smallest unit of its currency (12.50 EUR is 1250), never negative. */
export const minorAmount = ({ min = 0, max = Number.MAX_SAFE_INTEGER }: Limits = {}) =>
  integer({ min, max });
/** ISO 4217 alphabetic code. */
export const currency = () => Type.String({ pattern: "^[A-Z]{3}$", examples: ["EUR"] });
/**
 * A moment in UTC as ISO 8601 text with milliseconds, one that exists: the 30th of February, which
 * Postgres would refuse later as a fault, is none. A Date does not survive the bus.
 */
export const dateTime = () =>
  Type.String({
    format: "date-time",
    pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$",
    examples: ["2026-03-01T09:30:00.000Z"],
  });
/** Which state of a record was seen: what is changed by people counts its changes. */
export const version = () => integer({ min: 0, max: 2_147_483_647 });
export const sku = () => text({ max: 64 });
export const email = () => personal(Type.String({ format: "email", minLength: 3, maxLength: 254 }));

/** The keyword of what names a person: no event, process or answer to a command may hold it. */
export const PERSONAL = "x-personal";
/** Marks a shape as personal data: it is kept where its owner can erase it, and nowhere else. */
export const personal = <S extends TSchema>(shape: S): S => ({ ...shape, [PERSONAL]: true });

export const optional = <S extends TSchema>(inner: S) => Type.Optional(inner);
export const nullable = <S extends TSchema>(inner: S) =>
  Type.Unsafe<Static<S> | null>({ anyOf: [inner, { type: "null" }] });
export const union = <S extends TSchema[]>(...shapes: [...S]) => Type.Union(shapes);

/** A text in both languages of the system. */
export const localizedText = (limits: Limits = {}) =>
  object({ fr: text(limits), en: text(limits) });

/** The page that a list answers with: cursor of the next one, or none. */
export const page = <S extends TSchema>(items: S) =>
  object({
    items: cutList(items, { max: 100 }),
    next: optional(text({ max: 512 })),
    total: optional(integer({ min: 0 })),
  });
/** What every list takes. */
export const paging = {
  limit: optional(integer({ min: 1, max: 100 })),
  after: optional(text({ max: 512 })),
};
