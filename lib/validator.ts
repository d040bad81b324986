/**
 * Checks parameters and answers against shapes, with Ajv. Nothing is coerced, filled in or removed:
 * what came is what is judged (text from a URL is turned into numbers by the gateway beforehand).
 */
import { Ajv, type ErrorObject, str, type ValidateFunction } from "ajv";
import formatsModule from "ajv-formats";
import localize from "ajv-i18n";
import { type Context, type Middleware, type Service, Validators } from "moleculer";
import { jsonBytes } from "./bus-limits.ts";
import { failure, type Language } from "./failure.ts";
import { isMoment } from "./moment.ts";
import { MAX_BYTES } from "./shape.ts";

export interface ValidationIssue {
  readonly field: string;
  /** The rule that was broken, in the words of JSON Schema: type, maximum, required … */
  readonly rule: string;
  readonly en: string;
  readonly fr: string;
}

export const InvalidInput = failure<{ errors: ValidationIssue[]; field: string; reason: string }>(
  "INVALID_INPUT",
  400,
  {
    en: "{field}: {reason}. Correct it and send it again.",
    fr: "{field} : {reason}. Corrigez puis renvoyez.",
  },
);

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const MAX_ISSUES = 20;

const ajv = new Ajv({ allErrors: false, strict: false, messages: true, unicodeRegExp: true });
formatsModule.default(ajv, ["email", "date", "uri"]);
ajv.addFormat("text", (value: string) => value.isWellFormed() && !value.includes("\0"));
ajv.addFormat("uuid", (value: string) => UUID.test(value));
ajv.addFormat("date-time", isMoment);
ajv.addKeyword({
  keyword: MAX_BYTES,
  type: "object",
  schemaType: "number",
  validate: (maxBytes: number, value: object) => jsonBytes(value) <= maxBytes,
  error: { message: ({ schema }) => str`must NOT have more than ${schema as number} bytes` },
});

/** Tells whether a value is as its schema says; `errors` says why not, until it is asked again. */
interface Validate {
  (value: unknown): boolean;
  errors: ErrorObject[] | null | undefined;
}

/** Compiles `schema` on first use, because most schemas of a node are never used. */
export function compile(schema: object): Validate {
  let compiled: ValidateFunction | undefined;
  const validate: Validate = (value) => {
    compiled ??= ajv.compile(anonymous(schema));
    const fits = compiled(value);
    validate.errors = compiled.errors;
    return fits;
  };
  validate.errors = undefined;
  return validate;
}

const anonymousOf = new WeakMap<object, object>();
/** `schema` without names: Ajv would refuse a name that comes twice, described in different words. */
function anonymous(schema: object): object {
  const kept = anonymousOf.get(schema);
  if (kept) return kept;
  const text = JSON.stringify(schema, (key, value: unknown) =>
    key === "$id" && typeof value === "string" ? undefined : value,
  );
  const made = JSON.parse(text) as object;
  anonymousOf.set(schema, made);
  return made;
}

/** The types describe an ES module, but the CommonJS one is loaded: the functions themselves. */
const sentences = localize as unknown as Record<Language, (errors: ErrorObject[]) => void>;

/** Converts Ajv's errors to issues with a field, a rule, and a sentence in each language. */
export function issuesOf(errors: ErrorObject[] | null | undefined): ValidationIssue[] {
  const found = (errors ?? []).slice(0, MAX_ISSUES);
  const [en, fr] = (["en", "fr"] as const).map((language) => {
    const copies = found.map((error) => ({ ...error }));
    sentences[language](copies);
    return copies.map(({ message }) => message ?? "");
  });
  return found.map((error, i) => ({
    field: fieldOf(error),
    rule: error.keyword,
    en: en?.[i] ?? "",
    fr: fr?.[i] ?? "",
  }));
}

function fieldOf({ instancePath, params }: ErrorObject): string {
  const path = instancePath.slice(1).replaceAll("/", ".");
  const { missingProperty, additionalProperty } = params as Record<string, string | undefined>;
  const last = missingProperty ?? additionalProperty;
  const whole = last === undefined ? path : path ? `${path}.${last}` : last;
  return whole.slice(0, 120) || "body";
}

/** @throws InvalidInput (400) naming each fault. */
function assertValid(validate: Validate, value: unknown): void {
  if (validate(value)) return;
  throw refusalOf(issuesOf(validate.errors));
}

const refusalOf = (errors: ValidationIssue[]) =>
  InvalidInput({ errors, field: errors[0]?.field ?? "body", reason: errors[0]?.en ?? "" });

/** Moleculer's validator of the system: `params` of an action is a JSON Schema. */
export class ShapeValidator extends Validators.Base {
  constructor() {
    super({ paramName: "params" });
  }

  override compile(schema: object): (params: unknown) => boolean {
    const validate = compile(schema);
    return (params) => {
      assertValid(validate, params ?? {});
      return true;
    };
  }

  override validate(params: object, schema: object): boolean {
    return this.compile(schema)(params);
  }

  override convertSchemaToMoleculer(schema: object): Record<string, unknown> {
    return { ...schema };
  }

  /** A fault is a rejected promise: a throw would pass by the handlers of errors further out. */
  override middleware(): Middleware {
    return {
      name: "Validator",
      localAction: (next, { params }) => {
        if (!params) return next;
        const validate = compile(params);
        return function checked(this: Service, ctx: Context) {
          if (validate(ctx.params ?? {})) return next.call(this, ctx) as unknown;
          const errors = issuesOf(validate.errors);
          return Promise.reject(refusalOf(errors));
        };
      },
    };
  }
}
