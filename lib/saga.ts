/**
 * Processes that must end, whatever dies. A saga is a row in the database of the service that owns
 * the process; whoever inserts it drives it at once, and any node of that service takes over what
 * is due, so a crash costs a lease and never an order. Each step is one command with a
 * deterministic id, which the callee answers the same the second time. A move is guarded by the step
 * and version it starts from: late and doubled answers change nothing.
 * The protocol is model-checked: spec of reliability, §1.
 */
import { faultPoint } from "./fault.ts";
import { commandId } from "./idempotency.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import type { Sql, Tx } from "./sql.ts";

export const DONE = "done";
/** How long a node has for a step before another may take it over. */
const LEASE_MS = 4_000;
const FIRST_BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 30_000;
const AT_ONCE = 100;

export interface Saga<S = Record<string, unknown>> {
  readonly id: string;
  readonly kind: string;
  readonly step: string;
  readonly state: S;
  readonly attempt: number;
  readonly version: number;
  readonly deadline: string | undefined;
}

interface Advance {
  readonly to: string;
  readonly outcome: string;
  readonly detail?: string;
  /** What is added to the state. */
  readonly state?: object;
  /** Runs in the transaction of the move. */
  readonly effect?: (tx: Tx) => Promise<void>;
  /** Pause before the next step is looked at; 0 goes on at once. */
  readonly afterMs?: number;
}
/** Where a step's answer leads, or how long to wait before it is asked again. */
export type Move = Advance | { readonly waitMs: number };

/** One command to another service. `command()` gives the id that makes it repeatable. */
export type Step<S> = (saga: Saga<S>, command: (n?: number) => string) => Promise<Move>;

export interface Process<S> {
  readonly kind: string;
  readonly steps: Readonly<Record<string, Step<S>>>;
}

export interface SagaDb {
  readonly sql: Sql;
  in(tx: Tx): Sql;
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
}
/** Told of every move after its commit: for the live timeline and the log. */
export type Watch = (move: { id: string; kind: string; step: string; outcome: string }) => void;

export class Sagas {
  readonly #db: SagaDb;
  readonly #processes: Map<string, Process<never>>;
  readonly #watch: Watch;
  readonly #driving = new Map<string, { run: () => Promise<void>; askers: number }>();

  constructor(db: SagaDb, processes: readonly Process<never>[], watch: Watch) {
    this.#db = db;
    this.#processes = new Map(processes.map((process) => [process.kind, process]));
    this.#watch = watch;
  }

  /** Inserts the process with its first row. Drive it after the commit. */
  async begin(
    tx: Tx,
    saga: { id: string; kind: string; step: string; state: object; deadline?: string | undefined },
  ): Promise<void> {
    await this.#db.in(tx).run(
      `with made as (
         insert into saga (id, kind, step, state, due_at, deadline)
         values ($1, $2, $3, $4, now() + $5 * interval '1 millisecond', $6) returning id
       ) insert into saga_log (saga_id, step, outcome) select id, $3, 'begun' from made`,
      [saga.id, saga.kind, saga.step, JSON.stringify(saga.state), LEASE_MS, saga.deadline ?? null],
    );
  }

  /**
   * Goes as far as it can now. Never throws: what cannot be done now is due again later. Asked twice
   * at once in this process, it drives once.
   */
  async drive(id: string): Promise<void> {
    const driving = this.#driving.get(id) ?? {
      run: oneAtATime(() => this.#drive(id)),
      askers: 0,
    };
    this.#driving.set(id, driving);
    driving.askers += 1;
    try {
      await driving.run();
    } finally {
      driving.askers -= 1;
      if (driving.askers === 0) this.#driving.delete(id);
    }
  }

  /**
   * Moves a process from outside (a person cancels, an event arrives), if it stands at one of
   * `from`. Tells whether it did. Drive it after the commit.
   */
  async move(
    tx: Tx,
    id: string,
    move: { from: readonly string[]; to: string; outcome: string; state?: object },
  ): Promise<boolean> {
    const moved = await this.#db.in(tx).run(
      `with moved as (
         update saga set step = $3, attempt = 0, last_error = null, version = version + 1,
           due_at = now() + $6 * interval '1 millisecond', state = state || $5::jsonb,
           ended_at = case when $3 = '${DONE}' then now() end
         where id = $1 and step = any($2) returning id
       ) insert into saga_log (saga_id, step, outcome) select id, $3, $4 from moved`,
      [id, move.from, move.to, move.outcome, JSON.stringify(move.state ?? {}), LEASE_MS],
    );
    return moved === 1;
  }

  /** Takes over what is due, on any node; tells how many. */
  async runDue(): Promise<number> {
    const due = await this.#db.sql.rows<{ id: string }>(
      `update saga set attempt = attempt + 1,
         due_at = now() + least(${MAX_BACKOFF_MS}, ${FIRST_BACKOFF_MS} * 2 ^ least(attempt, 10))
                  * (0.5 + random()) * interval '1 millisecond'
       where id in (
         select id from saga where ended_at is null and due_at <= now()
         order by due_at limit ${AT_ONCE} for update skip locked
       ) returning id`,
    );
    await Promise.all(due.map(({ id }) => this.drive(id)));
    return due.length;
  }

  async #drive(id: string): Promise<void> {
    try {
      while (await this.#takeStep(id));
    } catch (error) {
      await this.#noteError(id, error);
    }
  }

  /** Takes one step; tells whether there is another one to take now. */
  async #takeStep(id: string): Promise<boolean> {
    const saga = await this.#find(id);
    if (!saga || saga.step === DONE) return false;
    const step = this.#processes.get(saga.kind)?.steps[saga.step] as Step<unknown> | undefined;
    if (!step) throw new Error(`The process ${saga.kind} has no step ${saga.step}.`);

    const point = `${saga.kind}.${saga.step}`;
    faultPoint(`${point}.before-call`);
    const move = await step(saga, (n) => commandId(saga.id, saga.step, n));
    faultPoint(`${point}.after-call`);

    if ("waitMs" in move) {
      await this.#wait(saga, move.waitMs);
      return false;
    }
    const moved = await this.#advance(saga, move);
    // Moved from elsewhere meanwhile: look again where it stands now.
    if (!moved) return true;
    this.#watch({ id, kind: saga.kind, step: move.to, outcome: move.outcome });
    return move.to !== DONE && (move.afterMs ?? 0) === 0;
  }

  #advance(saga: Saga<unknown>, move: Advance): Promise<boolean> {
    return this.#db.transaction(async (tx) => {
      const moved = await this.#db.in(tx).run(
        `with moved as (
           update saga set step = $3, attempt = 0, last_error = null, version = version + 1,
             state = state || $6::jsonb, due_at = now() + $7 * interval '1 millisecond',
             ended_at = case when $3 = '${DONE}' then now() end
           where id = $1 and version = $2 and step = $8 returning id
         ) insert into saga_log (saga_id, step, outcome, detail) select id, $3, $4, $5 from moved`,
        [
          saga.id,
          saga.version,
          move.to,
          move.outcome,
          move.detail ?? null,
          JSON.stringify(move.state ?? {}),
          move.afterMs || LEASE_MS,
          saga.step,
        ],
      );
      if (moved !== 1) return false;
      await move.effect?.(tx);
      return true;
    });
  }

  #wait({ id, version }: Saga<unknown>, waitMs: number): Promise<number> {
    return this.#db.sql.run(
      `update saga set due_at = now() + $3 * interval '1 millisecond', last_error = null
       where id = $1 and version = $2`,
      [id, version, waitMs],
    );
  }

  async #noteError(id: string, error: unknown): Promise<void> {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    await this.#db.sql
      .run(
        `update saga set last_error = $2,
           due_at = least(due_at, now() + ${FIRST_BACKOFF_MS} * interval '1 millisecond'
             * power(2, least(attempt, 5)))
         where id = $1 and ended_at is null`,
        [id, text.slice(0, 1_000)],
      )
      // With the database gone too, the lease runs out by itself.
      .catch(() => 0);
  }

  async #find(id: string): Promise<Saga<unknown> | undefined> {
    const row = await this.#db.sql.row<Omit<Saga<unknown>, "deadline"> & { deadline: Date | null }>(
      "select id, kind, step, state, attempt, version, deadline from saga where id = $1",
      [id],
    );
    return row && { ...row, deadline: row.deadline?.toISOString() };
  }
}
