/** Schemas of contracts as documents write them: each named shape once, everywhere else by `$ref`. */
import type { TSchema } from "@sinclair/typebox";
import { CUT_TO_FIT, PERSONAL, REFERS_TO, shapeNamed } from "../../../lib/shape.ts";

export type Json = Record<string, unknown>;
/** What is sent must have no other fields; what is answered may gain some in a later version. */
type Side = "request" | "answer";

const ANNOTATIONS = ["description", PERSONAL, REFERS_TO] as const;
const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null;
/** The name of a shape, if this is one. */
const nameOf = (schema: Json) => (typeof schema["$id"] === "string" ? schema["$id"] : undefined);

export class Schemas {
  readonly #answered: ReadonlySet<string>;
  readonly #written = new Map<string, Json>();

  /** `answers`: what is sent to clients. A shape that is in none of them is strict. */
  constructor(answers: readonly TSchema[]) {
    const names = new Set<string>();
    answers.forEach((it) => collect(it, names));
    this.#answered = names;
  }

  /** The named shapes that were written until now, by their names. */
  components(): Json {
    return Object.fromEntries([...this.#written].toSorted(([a], [b]) => a.localeCompare(b)));
  }

  write(schema: TSchema, side: Side): Json {
    const name = nameOf(schema);
    return name === undefined ? this.#plain(schema, side) : this.#reference(name, schema, side);
  }

  #reference(name: string, schema: Json, side: Side): Json {
    const whole = shapeNamed(name) ?? (schema as TSchema);
    const shared = this.#answered.has(name);
    if (!this.#written.has(name)) {
      this.#written.set(name, {});
      const { $id: _, ...rest } = whole;
      this.#written.set(name, this.#plain(rest, shared ? "answer" : "request"));
    }
    const own = ANNOTATIONS.filter((it) => it in schema && schema[it] !== whole[it]);
    return {
      $ref: `#/components/schemas/${name}`,
      ...Object.fromEntries(own.map((it) => [it, schema[it]])),
      ...(shared && side === "request" && whole.type === "object" && CLOSED),
    };
  }

  /** Without our own formats and, in answers, without a word on other fields. */
  #plain(schema: Json, side: Side): Json {
    const entries = Object.entries(schema).filter(
      ([key, value]) =>
        key !== CUT_TO_FIT &&
        !(key === "format" && value === "text") &&
        !(key === "additionalProperties" && value === false && side === "answer"),
    );
    return Object.fromEntries(entries.map(([key, value]) => [key, this.#part(value, side)]));
  }

  #part(value: unknown, side: Side): unknown {
    if (Array.isArray(value)) return value.map((one) => this.#part(one, side));
    return isObject(value) ? this.write(value as TSchema, side) : value;
  }
}
const CLOSED = { unevaluatedProperties: false };

function collect(value: unknown, names: Set<string>): void {
  if (!isObject(value)) return;
  const name = nameOf(value);
  if (name !== undefined) names.add(name);
  Object.values(value).forEach((one) => collect(one, names));
}

const OPTIONAL = Symbol.for("TypeBox.Optional");
export const isOptional = (shape: TSchema) => OPTIONAL in shape;
