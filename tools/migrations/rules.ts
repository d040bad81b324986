/**
 * What a migration must not do while the version before it still serves: one statement judged by what
 * PostgreSQL's own parser makes of it. The rules are those of "expand and contract"
 * (https://martinfowler.com/bliki/ParallelChange.html); the locks and rewrites are those of
 * https://www.postgresql.org/docs/18/sql-altertable.html.
 */
import type { Node } from "@pgsql/types";
import { addedColumn, addedConstraint } from "./columns.ts";

/** By these names a comment may allow what a rule forbids. */
export const RULES = {
  drop: "The version that still runs may use it. Drop it in a later version, when none does.",
  rename: "The version that still runs knows the old name. Add the new one beside it.",
  retype: "It may rewrite the table under a lock, and what the running version writes may not fit.",
  "not-null": "The version that still runs does not write it. Give it a default.",
  constrain:
    "What the running version writes may break it, and checking all rows locks the table. Add it " +
    "`not valid`, and validate it in the migration of a later version.",
  validate: "In one transaction with adding it, nothing is won. Do it in a later version.",
  rewrite:
    "Every row is written again under a lock. Add it without, fill it, and set it afterwards.",
  index:
    "No row can be written while it is built. Where there are many rows, build it by hand with " +
    "`create index concurrently` first, and say `if not exists` here.",
  rows: "Rows that the running version needs, or all rows at once, are changed for good.",
  lock: "The table is closed for as long as this takes.",
  opaque: "Nobody can see from outside what it does.",
  unjudged: "It is not known whether the running version bears it.",
} as const;
export type Rule = keyof typeof RULES;

/** What is known when a statement is judged. */
export interface Known {
  /** Made earlier in the same file: nobody uses them yet, and all may be done with them. */
  readonly made: Set<string>;
  /** Constraints that were added earlier in the same file. */
  readonly constraints: Set<string>;
}
type Body<K extends string> = Extract<Node, Readonly<Record<K, unknown>>>[K &
  keyof Extract<Node, Readonly<Record<K, unknown>>>];
type Rules = (body: never, known: Known) => readonly Rule[];

const isNew = (known: Known, relation: { relname?: string } | undefined): boolean =>
  known.made.has(relation?.relname ?? "");

const nothing = () => [];
const always =
  (...rules: Rule[]) =>
  () =>
    rules;
const unlessNew =
  <B extends { relation?: { relname?: string } }>(violationsOfOld: (body: B) => readonly Rule[]) =>
  (body: B, known: Known) =>
    isNew(known, body.relation) ? [] : violationsOfOld(body);
const namesOf = (nodes: readonly Node[] = []): string =>
  nodes.map((node) => ("String" in node ? node.String.sval : "")).join(".");

const STATEMENTS: Readonly<Record<string, Rules>> = {
  CreateStmt: (body: Body<"CreateStmt">, { made }) => {
    made.add(body.relation?.relname ?? "");
    return [];
  },
  CreateTableAsStmt: (body: Body<"CreateTableAsStmt">, { made }) => {
    made.add(body.into?.rel?.relname ?? "");
    return [];
  },
  DefineStmt: ({ defnames }: Body<"DefineStmt">, { made }) => {
    made.add(namesOf(defnames));
    return [];
  },
  AlterTSConfigurationStmt: ({ cfgname }: Body<"AlterTSConfigurationStmt">, { made }) =>
    made.has(namesOf(cfgname)) ? [] : ["unjudged"],
  CreateExtensionStmt: nothing,
  CreateFunctionStmt: nothing,
  CreateTrigStmt: nothing,
  CreateSeqStmt: nothing,
  CreateEnumStmt: nothing,
  CreateDomainStmt: nothing,
  CreateStatsStmt: nothing,
  CommentStmt: nothing,
  ViewStmt: nothing,
  InsertStmt: nothing,
  SelectStmt: nothing,
  GrantStmt: ({ is_grant }: Body<"GrantStmt">) => (is_grant ? [] : ["drop"]),
  // A value more; the other form renames one.
  AlterEnumStmt: ({ oldVal }: Body<"AlterEnumStmt">) => (oldVal === undefined ? [] : ["rename"]),
  RenameStmt: unlessNew(always("rename")),
  DropStmt: always("drop"),
  TruncateStmt: always("rows"),
  DeleteStmt: unlessNew(always("rows")),
  UpdateStmt: unlessNew(({ whereClause }: Body<"UpdateStmt">) => (whereClause ? [] : ["rows"])),
  LockStmt: always("lock"),
  ClusterStmt: always("lock"),
  VacuumStmt: always("lock"),
  ReindexStmt: always("lock"),
  RefreshMatViewStmt: always("lock"),
  DoStmt: always("opaque"),
  CallStmt: always("opaque"),
  IndexStmt: unlessNew(({ unique }: Body<"IndexStmt">) =>
    unique ? ["index", "constrain"] : ["index"],
  ),
  AlterTableStmt: alterTable,
};

/** The rules that `statement` breaks; `known` learns what it makes. */
export function violationsOf(statement: Node, known: Known): readonly Rule[] {
  const [[kind, body] = ["", undefined]] = Object.entries(statement);
  return (STATEMENTS[kind] ?? always("unjudged"))(body as never, known);
}

const COMMANDS: Readonly<Record<string, readonly Rule[]>> = {
  AT_DropNotNull: [],
  AT_SetStatistics: [],
  AT_SetRelOptions: [],
  AT_ResetRelOptions: [],
  AT_DropColumn: ["drop"],
  AT_DropConstraint: ["drop"],
  AT_DropIdentity: ["drop"],
  AT_DropExpression: ["drop"],
  AT_AlterColumnType: ["retype"],
  AT_SetNotNull: ["not-null"],
  AT_SetLogged: ["lock"],
  AT_SetUnLogged: ["lock"],
  AT_SetTableSpace: ["lock"],
};

function alterTable({ relation, cmds = [] }: Body<"AlterTableStmt">, known: Known): Rule[] {
  if (isNew(known, relation)) return [];
  return cmds.flatMap((node): readonly Rule[] => {
    if (!("AlterTableCmd" in node)) return ["unjudged"];
    const { subtype = "", def, name = "" } = node.AlterTableCmd;
    if (subtype === "AT_AddColumn" && def && "ColumnDef" in def) return addedColumn(def.ColumnDef);
    if (subtype === "AT_AddConstraint" && def && "Constraint" in def) {
      known.constraints.add(def.Constraint.conname ?? "");
      return addedConstraint(def.Constraint);
    }
    if (subtype === "AT_ValidateConstraint") return known.constraints.has(name) ? ["validate"] : [];
    if (subtype === "AT_ColumnDefault") return def ? [] : ["not-null"];
    return COMMANDS[subtype] ?? ["unjudged"];
  });
}
