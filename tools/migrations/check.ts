/** Whether the migrations of the system may be applied while the version before them still serves. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { parse, type SqlError } from "libpg-query";
import { violationsOf, type Known, type Rule, RULES } from "./rules.ts";

export interface Finding {
  readonly file: string;
  readonly line: number;
  /** `released`: a file that databases have seen was changed; `name`: it would never be applied. */
  readonly rule: Rule | "syntax" | "released" | "name" | "allowance";
  readonly sentence: string;
}

/** `-- allow drop: No version since 1.4 reads it.` right above the statement. */
const ALLOWANCE = /^\s*-- allow ([\w, -]+):\s*(.*)$/;
const ANYTHING_LIKE_IT = /^\s*--\s*allow\b/i;
/** An allowance without a reason is none. */
const REASON_WORDS = 4;

/** What is wrong with the statements of one file. */
export async function checkFile(file: string, sql: string): Promise<Finding[]> {
  const known: Known = { made: new Set(), constraints: new Set() };
  const bytes = Buffer.from(sql);
  const parsed = await parse(sql).catch((error: SqlError) => error);
  if (parsed instanceof Error) {
    const before = sql.slice(0, parsed.sqlDetails?.cursorPosition ?? 0);
    return [{ file, line: linesOf(before), rule: "syntax", sentence: parsed.message }];
  }
  let end = 0;
  return (parsed.stmts ?? []).flatMap(({ stmt, stmt_location: at = 0, stmt_len: length }) => {
    // From behind the last one: to the parser, the comments between both belong to neither.
    const { comments, lead } = split(bytes.subarray(end, length && at + length).toString());
    const line = linesOf(bytes.subarray(0, end).toString() + lead);
    end = length ? at + length + 1 : bytes.length;
    const { allowed, problems } = allowances(comments);
    const broken = stmt ? [...new Set(violationsOf(stmt, known))] : [];
    return [
      ...problems.map((sentence) => ({ file, line, rule: "allowance" as const, sentence })),
      ...broken
        .filter((rule) => !allowed.has(rule))
        .map((rule) => ({ file, line, rule, sentence: RULES[rule] })),
      ...[...allowed]
        .filter((rule) => !broken.includes(rule as Rule))
        .map((rule) => unneeded(file, line, rule)),
    ];
  });
}

/**
 * What is wrong with `files`, which are those of one database in their order, and with those that
 * `released` names with their sha-256.
 */
export async function checkDatabase(
  files: readonly string[],
  released: ReadonlyMap<string, string> = new Map(),
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const names = new Map<string, string>();
  for (const file of files) {
    const content = await readFile(file);
    const known = released.get(file);
    const first = names.get(path.basename(file));
    const say = (rule: Finding["rule"], sentence: string) =>
      findings.push({ file, line: 1, rule, sentence });
    if (first !== undefined)
      say("name", `${first} has the same name: one of both is never applied.`);
    names.set(path.basename(file), file);
    if (known !== undefined && known !== sha256(content))
      say("released", "Databases have seen it as it was. Put it back, and write another file.");
    findings.push(...(await checkFile(file, content.toString())));
  }
  return findings;
}

/** The SQL files of each database: those that all have, and those of its service. */
export async function databasesOf(root: string): Promise<Map<string, string[]>> {
  const common = await sqlFiles(path.join(root, "lib/migrations"));
  const services = await readdir(path.join(root, "services"));
  const all = await Promise.all(
    services.map(async (name) => {
      const own = await sqlFiles(path.join(root, "services", name, "migrations"));
      return [name, own] as const;
    }),
  );
  return new Map(
    all.filter(([, own]) => own.length > 0).map(([name, own]) => [name, [...common, ...own]]),
  );
}

export const sha256 = (content: Buffer): string =>
  createHash("sha256").update(content).digest("hex");

async function sqlFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith(".sql")).sort();
  return files.map((name) => path.join(folder, name));
}

/** A statement begins with the blanks and comments that stand before it. */
function split(text: string): { comments: string[]; lead: string } {
  const lead = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/.exec(text)?.[0] ?? "";
  return { lead, comments: lead.split("\n") };
}

function allowances(comments: readonly string[]): { allowed: Set<string>; problems: string[] } {
  const allowed = new Set<string>();
  const problems: string[] = [];
  for (const comment of comments.filter((one) => ANYTHING_LIKE_IT.test(one))) {
    const [, rules = "", reason = ""] = ALLOWANCE.exec(comment) ?? [];
    const named = rules.split(",").map((rule) => rule.trim());
    if (!named.every((rule) => Object.hasOwn(RULES, rule)))
      problems.push(`"${comment.trim()}": say "-- allow <rule>: <why>". ${RULE_NAMES}`);
    else if (reason.split(/\s+/).filter(Boolean).length < REASON_WORDS)
      problems.push("Say why the running version bears it, in a sentence.");
    else for (const rule of named) allowed.add(rule);
  }
  return { allowed, problems };
}

const RULE_NAMES = `The rules are ${Object.keys(RULES).join(", ")}.`;

const unneeded = (file: string, line: number, rule: string): Finding => ({
  file,
  line,
  rule: "allowance",
  sentence: `The statement does not break "${rule}". Remove the allowance.`,
});

const linesOf = (text: string): number => text.split("\n").length;
