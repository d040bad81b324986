/** The operations page: what is under way, and what could not be done. */
import { make, span, table, text, toneOf, when } from "./ops-table.js";

export const sagasTable = (sagas) =>
  table(
    "",
    [
      { title: "Service", of: ({ service }) => service },
      { title: "Processus", of: ({ kind }) => kind },
      { title: "Étape", of: ({ step }) => step },
      { title: "En cours", of: ({ open }) => text(open), number: true },
      {
        title: "En retard",
        of: ({ overdue, overdueSeconds }) =>
          overdue > 0 ? `${text(overdue)} (${span(overdueSeconds)})` : "0",
        tone: ({ overdue }) => toneOf(overdue, { bad: 1 }),
        number: true,
      },
      {
        title: "En échec",
        of: ({ failing }) => text(failing),
        tone: ({ failing }) => toneOf(failing, { warn: 1 }),
        number: true,
      },
      {
        title: "Bloqués",
        of: ({ stuck }) => text(stuck),
        tone: ({ stuck }) => toneOf(stuck, { bad: 1 }),
        number: true,
      },
      { title: "Le plus ancien", of: ({ oldestSeconds }) => span(oldestSeconds), number: true },
    ],
    sagas,
    "Aucun processus n’est en cours.",
  );

export const openSagasTable = (sagas, show) =>
  sagas.length === 0
    ? ""
    : table(
        "Les plus récents",
        [
          { title: "Commencé", of: ({ startedAt }) => when(startedAt) },
          { title: "Processus", of: ({ kind }) => kind },
          { title: "Étape", of: ({ step }) => step },
          { title: "Prochain essai", of: ({ dueAt }) => when(dueAt) },
          {
            title: "Dernière erreur",
            of: ({ lastError }) => text(lastError),
            tone: ({ lastError }) => (lastError ? "warn" : undefined),
          },
          {
            title: "Détail",
            of: (saga) =>
              make(
                "button",
                {
                  type: "button",
                  onclick: () => show(saga),
                  data: { key: `saga:${saga.id}` },
                  attributes: { "aria-label": `Voir le processus ${saga.kind} ${saga.id}` },
                },
                "Voir",
              ),
          },
        ],
        sagas,
        "",
      );

export const feedsTable = (feeds) =>
  table(
    "",
    [
      { title: "Producteur", of: ({ producer }) => producer },
      {
        title: "Position",
        of: ({ head, reachable }) => (reachable ? text(head) : "?"),
        number: true,
      },
      {
        title: "À numéroter",
        of: ({ unnumbered, unnumberedSeconds }) =>
          unnumbered > 0 ? `${text(unnumbered)} (${span(unnumberedSeconds)})` : "0",
        tone: ({ unnumberedSeconds }) => toneOf(unnumberedSeconds, { warn: 10, bad: 30 }),
        number: true,
      },
      { title: "Consommateur", of: ({ consumer }) => consumer ?? "—" },
      {
        title: "Retard",
        of: ({ behind }) => text(behind),
        tone: ({ behind = 0 }) => toneOf(behind, { warn: 100, bad: 1000 }),
        number: true,
      },
      {
        title: "Essais",
        of: ({ tries }) => text(tries),
        tone: ({ tries = 0 }) => toneOf(tries, { warn: 1, bad: 4 }),
        number: true,
      },
      { title: "Erreur", of: ({ error }) => text(error).split("\n")[0] },
    ],
    feeds.flatMap(({ consumers, ...feed }) =>
      consumers.length > 0 ? consumers.map((consumer) => ({ ...feed, ...consumer })) : [feed],
    ),
    "Aucun flux ne répond.",
  );

export const jobsTable = (jobs) =>
  table(
    "",
    [
      { title: "Service", of: ({ service }) => service },
      { title: "Tâche", of: ({ job }) => job },
      { title: "En cours", of: ({ running }) => text(running), number: true },
      {
        title: "Dues",
        of: ({ due, oldestSeconds }) => (due > 0 ? `${text(due)} (${span(oldestSeconds)})` : "0"),
        tone: ({ oldestSeconds }) => toneOf(oldestSeconds, { warn: 60, bad: 300 }),
        number: true,
      },
      {
        title: "En échec",
        of: ({ failing }) => text(failing),
        tone: ({ failing }) => toneOf(failing, { warn: 1, bad: 100 }),
        number: true,
      },
      {
        title: "Mises de côté",
        of: ({ putAside }) => text(putAside),
        tone: ({ putAside }) => toneOf(putAside, { warn: 1, bad: 1 }),
        number: true,
      },
    ],
    jobs,
    "Aucune tâche en cours, due ou en échec.",
  );

export const lettersTable = (letters, replay) =>
  table(
    "",
    [
      { title: "Mis de côté", of: ({ at }) => when(at) },
      {
        title: "Événement",
        of: ({ name, producer, position }) => `${name} (${producer} ${position})`,
      },
      { title: "Par", of: ({ consumer }) => consumer },
      { title: "Essais", of: ({ tries }) => text(tries), number: true },
      {
        title: "Erreur",
        of: ({ id, error }) =>
          make(
            "details",
            { data: { key: `error:${id}` } },
            make("summary", {}, error.split("\n")[0]),
            make("pre", {}, error),
          ),
      },
      {
        title: "",
        of: (letter) =>
          make(
            "button",
            {
              type: "button",
              onclick: ({ currentTarget }) => replay(letter, currentTarget),
              data: { key: `replay:${letter.id}` },
              attributes: { "aria-label": `Rejouer ${letter.name} pour ${letter.consumer}` },
            },
            "Rejouer",
          ),
      },
    ],
    letters,
    "Aucun : tout ce qui a été dit a été entendu.",
  );

const JOB_STATES = {
  receiving: "reçu",
  waiting: "en attente",
  running: "en cours",
  done: "terminé",
  failed: "échoué",
};
export const importsTable = (jobs) =>
  table(
    "",
    [
      { title: "Fichier", of: ({ kind, source }) => [kind, source].filter(Boolean).join(" · ") },
      {
        title: "État",
        of: ({ state }) => JOB_STATES[state] ?? state,
        tone: ({ state }) => (state === "failed" ? "bad" : undefined),
      },
      { title: "Ligne", of: ({ line }) => text(line), number: true },
      { title: "Créés", of: ({ created }) => text(created), number: true },
      { title: "Modifiés", of: ({ updated }) => text(updated), number: true },
      {
        title: "Erreurs",
        of: ({ errors }) => text(errors),
        tone: ({ errors = 0 }) => toneOf(errors, { warn: 1 }),
        number: true,
      },
    ],
    jobs,
    "Aucun import.",
  );

export function sagaSteps(timeline) {
  return timeline.map(({ at, step, outcome, detail }) =>
    make(
      "li",
      {},
      make("time", { dateTime: at }, new Date(at).toLocaleTimeString("fr-FR")),
      ` ${step} → ${outcome}${detail ? ` (${detail})` : ""}`,
    ),
  );
}
