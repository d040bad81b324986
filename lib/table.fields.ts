/** The columns of a table as its shape says them. */
import type { TSchema } from "@sinclair/typebox";
import { DataTypes } from "sequelize";
import type { Fields } from "./shape.ts";

export interface Field {
  readonly field: string;
  readonly column: string;
  readonly kind: Kind;
  /** A Postgres array of such values. */
  readonly array: boolean;
  readonly optional: boolean;
}
/** Each kind by its name in Postgres. Money and counts are integers of 8 bytes to Sequelize. */
const TYPES = {
  uuid: DataTypes.UUID,
  timestamptz: DataTypes.DATE(3),
  int8: DataTypes.BIGINT,
  float8: DataTypes.DOUBLE,
  bool: DataTypes.BOOLEAN,
  jsonb: DataTypes.JSONB,
  text: DataTypes.TEXT,
};
export type Kind = keyof typeof TYPES;

/** `createdAt` is the column `created_at`. */
const columnOf = (field: string) => field.replace(/[A-Z]/g, (sign) => `_${sign.toLowerCase()}`);

export const fieldsOf = (shapes: Fields, names: Readonly<Record<string, string>> = {}): Field[] =>
  Object.entries(shapes).map(([field, schema]) => ({
    field,
    column: names[field] ?? columnOf(field),
    ...kindOf(schema),
    optional: Object.getOwnPropertySymbols(schema).some(
      (sign) => sign.description === "TypeBox.Optional",
    ),
  }));

/** Texts, ids and moments have arrays of their own in Postgres; lists of anything else are jsonb. */
function kindOf({ type, format, anyOf, items }: TSchema): { kind: Kind; array: boolean } {
  const [inner] = ((anyOf ?? []) as TSchema[]).filter((one) => one["type"] !== "null");
  if (inner) return kindOf(inner);
  if (type === "array") {
    const { kind } = kindOf(items as TSchema);
    return kind === "jsonb" ? { kind, array: false } : { kind, array: true };
  }
  return { kind: simpleKindOf(type as string, format as string | undefined), array: false };
}

function simpleKindOf(type: string, format: string | undefined): Kind {
  if (format === "uuid") return "uuid";
  if (format === "date-time") return "timestamptz";
  const kinds = { integer: "int8", number: "float8", boolean: "bool", string: "text" } as const;
  return kinds[type as keyof typeof kinds] ?? "jsonb";
}

/** The attributes of a Sequelize model with these fields. */
export const attributesOf = (fields: readonly Field[], key: string) =>
  Object.fromEntries(
    fields.map(({ field, column, kind, array }) => [
      field,
      {
        field: column,
        type: array ? DataTypes.ARRAY(TYPES[kind]) : TYPES[kind],
        primaryKey: field === key,
      },
    ]),
  );

/** A row as the bus takes it: moments are ISO text, and what is null in an optional field is absent. */
export function toRecord(row: Readonly<Record<string, unknown>>, fields: readonly Field[]) {
  const record: Record<string, unknown> = {};
  for (const { field, optional } of fields) {
    const value = row[field];
    if (value === undefined || (value === null && optional)) continue;
    record[field] = value instanceof Date ? value.toISOString() : value;
  }
  return record;
}
