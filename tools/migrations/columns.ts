/** What it means for the running version, and for the table, when a column or a constraint is added. */
import type { ColumnDef, Constraint, Node } from "@pgsql/types";
import type { Rule } from "./rules.ts";

/** The same for all rows, so that none is written again: one value at the moment of the statement. */
const STABLE = new Set(["now", "statement_timestamp", "transaction_timestamp"]);

export function addedColumn({ constraints = [], typeName }: ColumnDef): readonly Rule[] {
  const all = constraints.flatMap((node) => ("Constraint" in node ? [node.Constraint] : []));
  const has = (type: string) => all.some(({ contype }) => contype === type);
  const value = all.find(({ contype }) => contype === "CONSTR_DEFAULT")?.raw_expr;
  const last = typeName?.names?.at(-1);
  const type = last && "String" in last ? (last.String.sval ?? "") : "";
  const filled = value || has("CONSTR_IDENTITY") || has("CONSTR_GENERATED");
  return [
    ...(has("CONSTR_NOTNULL") && !filled ? (["not-null"] as const) : []),
    ...(isSerial(type) || has("CONSTR_IDENTITY") || isStored(all) || (value && differs(value))
      ? (["rewrite"] as const)
      : []),
    ...(has("CONSTR_UNIQUE") || has("CONSTR_PRIMARY") ? (["index"] as const) : []),
    // Checked for every row, unless all of them have nothing there.
    ...((has("CONSTR_CHECK") || has("CONSTR_FOREIGN")) && filled ? (["constrain"] as const) : []),
  ];
}

export function addedConstraint({ contype, skip_validation }: Constraint): readonly Rule[] {
  if (contype === "CONSTR_UNIQUE" || contype === "CONSTR_PRIMARY" || contype === "CONSTR_EXCLUSION")
    return ["index", "constrain"];
  return skip_validation ? [] : ["constrain"];
}

const isSerial = (type: string): boolean => /serial\d?$/.test(type);

const isStored = (all: readonly Constraint[]): boolean =>
  all.some(
    ({ contype, generated_kind }) => contype === "CONSTR_GENERATED" && generated_kind !== "v",
  );

/** Whether a default calls something that may answer another value for each row. */
function differs(value: Node): boolean {
  let found = false;
  const look = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    const { FuncCall } = node as { FuncCall?: { funcname?: { String?: { sval?: string } }[] } };
    if (FuncCall && !STABLE.has(FuncCall.funcname?.at(-1)?.String?.sval ?? "")) found = true;
    for (const inner of Object.values(node)) look(inner);
  };
  look(value);
  return found;
}
