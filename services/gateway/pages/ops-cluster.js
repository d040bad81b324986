/** The operations page: what runs. */
import { count, make, span, table, text, toneOf } from "./ops-table.js";

const WORST = { good: 0, warn: 1, bad: 2 };
const megabytes = (bytes) => `${count.format(Math.round(bytes / 2 ** 20))} Mo`;

export const nodesTable = (nodes) =>
  table(
    "",
    [
      { title: "Nœud", of: ({ id }) => id },
      {
        title: "État",
        of: ({ available, state }) => (!available ? "parti" : state ? "répond" : "ne répond pas"),
        tone: ({ available, state }) => (available && state ? "good" : "bad"),
      },
      { title: "Services", of: ({ services }) => services.join(", ") || "(opérateur)" },
      { title: "Version", of: ({ state }) => text(state?.version) },
      {
        title: "Actif depuis",
        of: ({ state }) => (state ? span(state.uptimeSeconds) : ""),
        number: true,
      },
      {
        title: "Processeur",
        of: ({ state }) => (state ? `${text(state.cpuPercent)} %` : ""),
        tone: ({ state }) => toneOf(state?.cpuPercent ?? 0, { warn: 90 }),
        number: true,
      },
      {
        title: "Mémoire",
        of: ({ state }) => (state ? megabytes(state.memoryBytes) : ""),
        number: true,
      },
      {
        title: "Retard",
        of: ({ state }) => (state ? `${text(state.eventLoopDelayMs)} ms` : ""),
        tone: ({ state }) => toneOf(state?.eventLoopDelayMs ?? 0, { warn: 250, bad: 1000 }),
        number: true,
      },
      {
        title: "Entendu il y a",
        of: ({ lastHeardSecondsAgo }) => span(lastHeardSecondsAgo),
        tone: ({ lastHeardSecondsAgo }) => toneOf(lastHeardSecondsAgo, { warn: 10 }),
        number: true,
      },
    ],
    nodes,
    "Aucun nœud.",
  );

export const servicesTable = (services) =>
  table(
    "",
    [
      { title: "Service", of: ({ name }) => name },
      {
        title: "Nœuds",
        of: ({ nodes }) => (nodes.length > 0 ? nodes.join(", ") : "aucun"),
        tone: ({ nodes }) => (nodes.length > 0 ? undefined : "bad"),
      },
      {
        title: "Base",
        of: ({ database }) => (!database ? "—" : database.reachable ? "répond" : "ne répond pas"),
        tone: ({ database }) => (!database ? undefined : database.reachable ? "good" : "bad"),
      },
      {
        title: "Connexions",
        of: ({ database }) =>
          database?.reachable ? `${database.connections} / ${database.maxConnections}` : "",
        tone: ({ database }) =>
          database?.reachable
            ? toneOf(database.connections / database.maxConnections, { warn: 0.8 })
            : undefined,
        number: true,
      },
      {
        title: "Actions",
        of: ({ name, actions }) =>
          make(
            "details",
            { data: { key: `actions:${name}` } },
            make("summary", {}, `${actions.length} actions`),
            make("ul", {}, ...actions.map((action) => make("li", {}, action))),
          ),
      },
    ],
    services,
    "Aucun service.",
  );

export const breakersTable = (breakers) =>
  table(
    "",
    [
      { title: "Action", of: ({ action }) => action },
      { title: "De", of: ({ nodeId }) => nodeId },
      { title: "Vu par", of: ({ seenBy }) => seenBy },
      {
        title: "État",
        of: ({ state }) => (state === "open" ? "ouvert" : "à l’essai"),
        tone: ({ state }) => (state === "open" ? "bad" : "warn"),
      },
      {
        title: "Échecs",
        of: ({ failures, requests }) => `${failures} sur ${requests}`,
        number: true,
      },
    ],
    breakers,
    "Tous sont fermés : chaque nœud interroge tous les autres.",
  );

/** What needs somebody's eyes, first. */
export function summaryTiles({ nodes, services, breakers, sagas, feeds, letters }) {
  const sum = (rows, of) => rows.reduce((total, row) => total + of(row), 0);
  const there = nodes.filter(({ available, state }) => available && state).length;
  const without = services.filter(({ nodes: having }) => having.length === 0).length;
  const away = services.filter(({ database }) => database && !database.reachable).length;
  const open = breakers.filter(({ state }) => state === "open").length;
  const behind = Math.max(0, ...feeds.flatMap((feed) => feed.consumers.map((it) => it.behind)));
  const tiles = [
    ["Nœuds qui répondent", `${there} / ${nodes.length}`, there < nodes.length ? "bad" : "good"],
    ["Services sans nœud", without, without > 0 ? "bad" : "good"],
    ["Bases injoignables", away, away > 0 ? "bad" : "good"],
    ["Disjoncteurs ouverts", open, open > 0 ? "warn" : "good"],
    ["Processus en cours", sum(sagas, ({ open }) => open), "good"],
    ...[["Processus bloqués", sum(sagas, ({ stuck, overdue }) => stuck + overdue)]].map(
      ([title, value]) => [title, value, value > 0 ? "bad" : "good"],
    ),
    ["Plus grand retard", behind, toneOf(behind, { warn: 100, bad: 1000 }) ?? "good"],
    ["Mis de côté", letters.length, letters.length > 0 ? "warn" : "good"],
  ];
  return tiles
    .toSorted(([, , a], [, , b]) => WORST[b] - WORST[a])
    .map(([title, value, tone]) =>
      make("li", { data: { tone } }, title, make("strong", {}, text(value))),
    );
}
