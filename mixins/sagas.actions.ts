/** Operators' actions on the sagas of a service. */
import type { ActionSchema } from "moleculer";
import { handle } from "../lib/bus.ts";
import { failure, query } from "../lib/contract.ts";
import {
  describe,
  cutList,
  boolean,
  id,
  dateTime,
  integer,
  json,
  object,
  optional,
  paging,
  page,
  text,
  shape,
} from "../lib/shape.ts";
import { DEFAULT_LIMIT, fitting, keyOf, pageOf } from "../lib/page.ts";
import { readSaga, readSagas, type SagaRow } from "../lib/saga.rows.ts";
import type { DatabaseService } from "./database.mixin.ts";

const SagaState = shape(
  "SagaState",
  {
    id: id(),
    kind: describe("Which kind it is.", text()),
    step: describe("The step of the process.", text()),
    attempt: describe("How often the step was tried.", integer({ min: 0 })),
    startedAt: dateTime(),
    endedAt: optional(dateTime()),
    dueAt: dateTime(),
    lastError: describe("What went wrong the last time.", optional(text({ max: 1_000 }))),
  },
  "A process over several services, and where it stands.",
);
const Timeline = cutList(
  object({
    step: describe("The step of the process.", text()),
    outcome: describe("What came of it.", text()),
    detail: describe("More on it.", optional(text({ max: 1_000 }))),
    at: dateTime(),
  }),
  { max: 1_000 },
);

const SagaNotFound = failure<{ sagaId: string }>("SAGA_NOT_FOUND", 404, {
  en: "There is no such process. Check its id.",
  fr: "Ce processus n'existe pas. Vérifiez son identifiant.",
});

export const sagasOf = (service: string) =>
  query(`${service}.sagas`, {
    summary: `List the processes of ${service}, the newest first.`,
    rest: `GET /sagas/${service}`,
    allow: "sagas.read",
    access: "any",
    params: {
      kind: describe("Which kind it is.", optional(text({ max: 64 }))),
      open: describe("Only those that are not over, or only the others.", optional(boolean())),
      ...paging,
    },
    returns: page(SagaState),
    tag: "operations",
  });
export const sagaOf = (service: string) =>
  query(`${service}.saga`, {
    summary: `Show one process of ${service} and its timeline.`,
    rest: `GET /sagas/${service}/:sagaId`,
    allow: "sagas.read",
    access: "any",
    params: { sagaId: id({ of: "saga" }) },
    returns: object({
      saga: SagaState,
      state: describe("What the process has noted.", json({ maxBytes: 100_000 })),
      timeline: describe("What happened, oldest first.", Timeline),
    }),
    tag: "operations",
    failures: [SagaNotFound],
  });

export const listSagas = (service: string): ActionSchema =>
  handle(sagasOf(service), async (ctx, { db }: DatabaseService) => {
    const { kind, open, limit = DEFAULT_LIMIT, after } = ctx.params;
    const [at, beginId] = keyOf(after, "instant", "uuid") ?? [];
    const before = at !== undefined && beginId !== undefined ? { at, id: beginId } : undefined;
    const rows = await readSagas(db.sql, { kind, open, before }, limit + 1);
    return pageOf(rows, limit, {
      key: (row) => [row.started_at.toISOString(), row.id],
      item: toSaga,
    });
  });

export const showSaga = (service: string): ActionSchema =>
  handle(sagaOf(service), async (ctx, { db }: DatabaseService) => {
    const { sagaId } = ctx.params;
    const row = await readSaga(db.sql, sagaId);
    if (!row) throw SagaNotFound({ sagaId });
    return { saga: toSaga(row), state: row.state, timeline: fitting(await timelineOf(db, sagaId)) };
  });

/** The steps of a process, oldest first: reserve ✓ → pay ✓ → commit ✓. */
async function timelineOf({ sql }: DatabaseService["db"], sagaId: string) {
  const rows = await sql.rows<{ step: string; outcome: string; detail: string | null; at: Date }>(
    "select step, outcome, detail, at from saga_log where saga_id = $1 order by n limit 1000",
    [sagaId],
  );
  return rows.map(({ step, outcome, detail, at }) => ({
    step,
    outcome,
    ...(detail !== null && { detail }),
    at: at.toISOString(),
  }));
}

const toSaga = ({ id: sagaId, kind, step, attempt, ...row }: SagaRow) => ({
  id: sagaId,
  kind,
  step,
  attempt,
  startedAt: row.started_at.toISOString(),
  ...(row.ended_at && { endedAt: row.ended_at.toISOString() }),
  dueAt: row.due_at.toISOString(),
  ...(row.last_error !== null && { lastError: row.last_error }),
});
