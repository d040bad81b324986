/** Converts the rows of one checkout to statements that insert the same rows with new ids. */
import { v7 } from "uuid";
import type { Row, Table, Written } from "./sample.ts";

/** A value in which the ids that were new are new each time: texts, and numbers of ids between. */
type Value = string | null | readonly (string | number)[];

export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values: readonly Value[];
}
export interface Template {
  readonly ids: number;
  readonly rows: number;
  readonly statements: readonly Statement[];
}

/** Matches ids with and without dashes: providers write them without. */
const ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])/g;
export const idsIn = (value: string | null): string[] => (value ?? "").match(ID) ?? [];

/** `known` are the ids that were there before: of buyers, products, stores. */
export function templateOf(written: readonly Written[], known: ReadonlySet<string>): Template {
  const fresh = new Map<string, number>();
  const valueOf = (value: string | null): Value => {
    if (value === null) return null;
    const parts: (string | number)[] = [];
    let end = 0;
    for (const { 0: id, index } of value.matchAll(ID)) {
      if (known.has(id)) continue;
      const number = fresh.get(id) ?? fresh.size;
      fresh.set(id, number);
      parts.push(value.slice(end, index), id.includes("-") ? number : -number - 1);
      end = index + id.length;
    }
    return parts.length === 0 ? value : [...parts, value.slice(end)];
  };
  const statements = written.flatMap(({ table, inserted, updated }) => [
    ...(inserted.length > 0 ? [insertion(table, inserted, valueOf)] : []),
    ...updated.map((row) => change(table, row, valueOf)),
  ]);
  const rows = written.reduce((sum, one) => sum + one.inserted.length + one.updated.length, 0);
  return { ids: fresh.size, rows, statements };
}

const nameOf = ({ service, name }: Table) => `"${service}"."${name}"`;

function insertion(
  table: Table,
  rows: readonly Row[],
  valueOf: (value: string | null) => Value,
): Statement {
  const { columns } = table;
  const places = rows.map(
    (_, i) =>
      `(${columns.map(({ type }, j) => `$${i * columns.length + j + 1}::${type}`).join(", ")})`,
  );
  return {
    name: `+${table.service}.${table.name}.${rows.length}`,
    text: `insert into ${nameOf(table)} (${columns.map(({ name }) => `"${name}"`).join(", ")})
      values ${places.join(", ")}`,
    values: rows.flatMap((row) => row.map(valueOf)),
  };
}

function change(table: Table, row: Row, valueOf: (value: string | null) => Value): Statement {
  const { columns, primaryKey } = table;
  const sets = columns.flatMap(({ name, type }, i) =>
    primaryKey.includes(name) ? [] : [`"${name}" = $${i + 1}::${type}`],
  );
  const keys = columns.flatMap(({ name, type }, i) =>
    primaryKey.includes(name) ? [`"${name}" = $${i + 1}::${type}`] : [],
  );
  return {
    name: `*${table.service}.${table.name}`,
    text: `update ${nameOf(table)} set ${sets.join(", ")} where ${keys.join(" and ")}`,
    values: row.map(valueOf),
  };
}

/** The values of one transaction. */
export function filled({ ids, statements }: Template): (string | null)[][] {
  const made = Array.from({ length: ids }, () => v7());
  const idOf = (part: string | number): string => {
    if (typeof part === "string") return part;
    return part >= 0 ? (made[part] ?? "") : (made[-part - 1] ?? "").replaceAll("-", "");
  };
  return statements.map(({ values }) =>
    values.map((value) =>
      value === null || typeof value === "string" ? value : value.map(idOf).join(""),
    ),
  );
}
