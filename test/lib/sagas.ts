/** Nodes with an engine of processes, all on one database, for the tests of the engine. */
import { v7 } from "uuid";
import { DONE, type Move, type Process, type SagaDb, Sagas } from "../../lib/saga.ts";
import type { Stage } from "../support/stage.ts";

export type Tea = { readonly cups?: number; readonly seen?: string };
export type Steps = Process<Tea>["steps"];

export interface Node {
  sagas: Sagas;
  moves: string[];
  output: Said[];
}
/** What a node has logged. */
export interface Said {
  readonly level: "debug" | "warn" | "error";
  readonly text: string;
  readonly error: unknown;
}
interface Settings {
  readonly on?: SagaDb;
  readonly stepLimitMs?: number;
}
export interface Row {
  step: string;
  attempt: number;
  version: number;
  last_error: string | null;
  ended_at: Date | null;
  in_ms: number;
  state: Tea;
}

export function kitchen(db: ReturnType<Stage["db"]>) {
  const nodeWith = (steps: Steps, { on = db, stepLimitMs }: Settings = {}): Node => {
    const moves: string[] = [];
    const output: Said[] = [];
    const say = (level: Said["level"]) => (text: string, error: unknown) =>
      void output.push({ level, text, error });
    const process: Process<Tea> = { kind: "tea", steps };
    return {
      moves,
      output,
      sagas: new Sagas(on, [process], {
        watch: ({ step, outcome }) => moves.push(`${step} ${outcome}`),
        log: { debug: say("debug"), warn: say("warn"), error: say("error") },
        ...(stepLimitMs !== undefined && { stepLimitMs }),
      }),
    };
  };
  async function begun({ sagas }: Node, step = "boil", deadline?: string): Promise<string> {
    const id = v7();
    await db.transaction((tx) => sagas.begin(tx, { id, kind: "tea", step, state: {}, deadline }));
    return id;
  }
  const rowOf = async (id: string): Promise<Row> =>
    (await db.sql.row<Row>(
      `select step, attempt, version, last_error, ended_at, state,
         (extract(epoch from due_at - now()) * 1000)::int as in_ms from saga where id = $1`,
      [id],
    )) as Row;
  const logOf = async (id: string) =>
    (
      await db.sql.rows<{ line: string }>(
        "select step || ' ' || outcome as line from saga_log where saga_id = $1 order by n",
        [id],
      )
    ).map(({ line }) => line);
  const makeDue = (id: string) => db.sql.run("update saga set due_at = now() where id = $1", [id]);
  return { nodeWith, begun, rowOf, logOf, makeDue };
}

export const straight: Steps = {
  boil: async () => ({ to: "pour", outcome: "boiled", state: { cups: 1 } }),
  pour: async ({ state }) => ({
    to: DONE,
    outcome: "poured",
    state: { cups: (state.cups ?? 0) + 1 },
  }),
};
/** A step that ends when it is told to: a slow call, or a node that has died in it. */
export function slow(move: Move) {
  const { promise, resolve } = Promise.withResolvers<Move>();
  const entered = Promise.withResolvers<void>();
  const step = (): Promise<Move> => {
    entered.resolve();
    return promise;
  };
  return { step, entered: entered.promise, end: () => resolve(move) };
}
