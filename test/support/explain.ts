/**
 * Measures what Postgres reads for a store's function, for tests that a query does not grow with
 * history.
 */
import type { Sql } from "../../lib/sql.ts";

interface Node {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Actual Rows"?: number;
  readonly "Actual Loops"?: number;
  readonly "Rows Removed by Filter"?: number;
  readonly "Rows Removed by Index Recheck"?: number;
  readonly "Shared Hit Blocks"?: number;
  readonly "Shared Read Blocks"?: number;
  readonly Plans?: readonly Node[];
}
export interface Read {
  /** Rows that scans looked at, also those that a filter then dropped. */
  readonly rows: number;
  /** Tables that were read from end to end. */
  readonly whole: readonly string[];
  /** Pages of tables and indexes, also those on which all is dead. */
  readonly pages: number;
}

/** Runs `ask` and explains each statement that it sends, with its values (`explain analyze`). */
export async function readBy(sql: Sql, ask: (sql: Sql) => Promise<unknown>): Promise<Read> {
  const nodes: Node[] = [];
  let pages = 0;
  const explain = async (text: string, values?: readonly unknown[]) => {
    const rows = await sql.rows<{ "QUERY PLAN": readonly { readonly Plan: Node }[] }>(
      `explain (analyze, format json) ${text}`,
      values,
    );
    for (const { "QUERY PLAN": plans } of rows)
      for (const { Plan } of plans) {
        nodes.push(...flat(Plan));
        pages += (Plan["Shared Hit Blocks"] ?? 0) + (Plan["Shared Read Blocks"] ?? 0);
      }
  };
  await ask({
    rows: async (text, values) => (await explain(text, values), sql.rows(text, values)),
    row: async (text, values) => (await explain(text, values), sql.row(text, values)),
    run: async (text, values) => (await explain(text, values), sql.run(text, values)),
    use: (work) => sql.use(work),
  });
  const scans = nodes.filter((node) => node["Node Type"].includes("Scan"));
  return {
    pages,
    rows: scans.reduce((sum, node) => sum + seenBy(node), 0),
    whole: scans.flatMap((node) =>
      node["Node Type"] === "Seq Scan" ? (node["Relation Name"] ?? []) : [],
    ),
  };
}

const flat = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(flat)];

const seenBy = (node: Node): number =>
  ((node["Actual Rows"] ?? 0) +
    (node["Rows Removed by Filter"] ?? 0) +
    (node["Rows Removed by Index Recheck"] ?? 0)) *
  (node["Actual Loops"] ?? 0);
