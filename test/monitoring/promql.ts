/** The metrics and labels that a query speaks of, as Prometheus's own grammar reads it. */
import { parser } from "@prometheus-io/lezer-promql";

export interface Speaks {
  readonly metric: string;
  /** In its matchers. */
  readonly labels: readonly string[];
}
export interface Read {
  readonly wrong: boolean;
  readonly speaks: readonly Speaks[];
  /** By which it is grouped or joined: of some metric of the query. */
  readonly groupedBy: readonly string[];
}

export function readQuery(expr: string): Read {
  const speaks: { metric: string; labels: string[] }[] = [];
  const groupedBy: string[] = [];
  let wrong = false;
  parser.parse(expr).iterate({
    enter({ type, from, to, node }) {
      const text = expr.slice(from, to);
      if (type.isError) wrong = true;
      if (type.name === "VectorSelector") speaks.push({ metric: "", labels: [] });
      if (type.name === "Identifier" && node.parent?.name === "VectorSelector") {
        const last = speaks.at(-1);
        if (last) last.metric = text;
      }
      if (type.name !== "LabelName") return;
      if (within(node, "LabelMatchers")) speaks.at(-1)?.labels.push(text);
      else groupedBy.push(text);
    },
  });
  return { wrong, speaks, groupedBy };
}

interface Node {
  readonly name: string;
  readonly parent: Node | null;
}
function within(node: Node, name: string): boolean {
  for (let at = node.parent; at; at = at.parent) if (at.name === name) return true;
  return false;
}
