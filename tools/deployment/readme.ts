/** Tables of the documents, as the formatter writes them. */
import { existsSync } from "node:fs";
import { type Action, type Event, routesOf } from "../../lib/contract.ts";
import type { Failure } from "../../lib/failure.ts";
import { ACTIONS, EVENTS, MANIFESTS } from "../../services/registry.ts";
import type { Parts } from "./parts.ts";

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = head.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[], fill = " ") =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0, fill)).join(" | ")} |`;
  const [first = [], ...others] = cells;
  return [
    line(first),
    line(
      head.map(() => "-"),
      "-",
    ),
    ...others.map((row) => line(row)),
  ];
}
const code = (text: string) => `\`${text}\``;

const routeOf = (action: Action): string => {
  const [route] = routesOf(action);
  return route ? code(`${route.method} ${route.path}`) : "services only";
};
const failuresOf = (actions: readonly Action[]): Failure<never>[] =>
  [
    ...new Map(
      actions.flatMap(({ failures = [] }) => failures).map((it) => [it.type, it]),
    ).values(),
  ].sort((a, b) => a.type.localeCompare(b.type));
const listed = (title: string, lines: string[]) =>
  lines.length > 0 ? ["", title, "", ...lines] : [];
const published = ({ name, summary }: Event) => `- ${code(name)}: ${summary}`;

function contractOf(service: string): Parts {
  const actions = ACTIONS.filter(({ name }) => name.startsWith(`${service}.`));
  const rows = actions.map((it) => [code(it.name), routeOf(it), it.summary]);
  const events = EVENTS.filter(({ producer }) => producer === service);
  const refusals = failuresOf(actions).map((it) => [code(it.type), `${it.status}`, it.sentence.en]);
  const failures = refusals.length > 0 ? table(["failure", "status", "what"], refusals) : [];
  return {
    contract: [
      "",
      ...table(["action", "route", "what"], rows),
      ...listed("It publishes:", events.map(published)),
      ...listed("It refuses with:", failures),
      "",
    ],
  };
}

const services = MANIFESTS.map(({ name, keeps }) => [
  `[${name}](services/${name}/README.md)`,
  keeps,
]);
export const DOCUMENTS: Readonly<Record<string, Parts>> = {
  "DOCUMENTATION.md": { services: ["", ...table(["service", "keeps"], services), ""] },
  ...Object.fromEntries(
    MANIFESTS.filter(({ name }) => existsSync(`services/${name}/${name}.contract.ts`)).map(
      ({ name }) => [`services/${name}/README.md`, contractOf(name)],
    ),
  ),
};
