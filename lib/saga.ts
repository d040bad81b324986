/**
 * Sagas are processes that must end, whatever crashes. A saga is a row in the database of the
 * service that owns it; the node that inserts it drives it at once, and any node of that service
 * claims due ones, so a crash costs a lease and never an order. Each step is one command with a
 * deterministic id, to which the callee gives the same answer again. A move is guarded by the step
 * and version from which it starts: late and repeated answers change nothing. The protocol is
 * model-checked: spec of reliability, §1.
 */
import { requestContext, runInContext } from "./request-context.ts";
import { failpoint } from "./failpoint.ts";
import { commandId } from "./idempotency.ts";
import { singleFlight } from "./single-flight.ts";
import {
  DONE,
  findSaga,
  insertSaga,
  isForgotten,
  lockSaga,
  retryLater,
  moveFrom,
  moveOn,
  type NewSaga,
  type Saga,
  claimDue,
} from "./saga.rows.ts";
import { report, stepFailed } from "./saga.failures.ts";
import type { Advance, Process, SagaDb, Step, Surroundings } from "./saga.types.ts";
import type { Tx } from "./sql.ts";
import { withTimeLimit } from "./time-limit.ts";

export { DONE, type Saga } from "./saga.rows.ts";
export type { Move, Process, SagaDb } from "./saga.types.ts";

const AT_ONCE = 100;
/** Far longer than any call and statement of a step together: it will not come back. */
const STEP_LIMIT_MS = 60_000;

export class Sagas {
  readonly #db: SagaDb;
  readonly #processes: Map<string, Process<never>>;
  readonly #around: Required<Surroundings>;
  readonly #driving = new Map<string, { run: () => Promise<void>; askers: number }>();
  #resumed = 0;
  #leaving = false;

  constructor(db: SagaDb, processes: readonly Process<never>[], surroundings: Surroundings) {
    this.#db = db;
    this.#processes = new Map(processes.map((process) => [process.kind, process]));
    this.#around = { stepLimitMs: STEP_LIMIT_MS, ...surroundings };
  }

  /** Inserts the process with its first row. Drive it after the commit. */
  async begin(tx: Tx, saga: NewSaga): Promise<void> {
    await insertSaga(this.#db.in(tx), saga);
    const { id, kind, step } = saga;
    this.#db.afterCommit(tx, () => this.#around.watch({ id, kind, step, outcome: "begun" }));
  }

  /**
   * Goes as far as it can now. Never throws: what cannot be done now is due again later. Asked
   * twice at once in this process, it drives once.
   */
  async drive(id: string): Promise<void> {
    const driving = this.#driving.get(id) ?? {
      run: singleFlight(() => this.#drive(id)),
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

  /** Reads a saga that has not ended, and locks it in `tx` for a move. */
  async lock(
    tx: Tx,
    id: string,
    kind: string,
  ): Promise<{ step: string; state: unknown } | undefined> {
    return lockSaga(this.#db.in(tx), id, kind);
  }

  /** Returns true if a saga has no driver, because the node that had it has died. */
  isForgotten(tx: Tx, id: string): Promise<boolean> {
    return isForgotten(this.#db.in(tx), id);
  }

  /**
   * Moves a saga from outside (a person cancels, an event arrives) if its step is one of `from`.
   * Returns true if it did. Call `drive` after the commit.
   */
  async move(
    tx: Tx,
    id: string,
    move: { from: readonly string[]; to: string; outcome: string; state?: object },
  ): Promise<boolean> {
    const moved = await moveFrom(this.#db.in(tx), id, move);
    if (!moved) return false;
    const { kind, left: step } = moved;
    this.#db.afterCommit(tx, () => this.#around.watch({ id, kind, step, outcome: move.outcome }));
    return true;
  }

  /**
   * Claims due sagas and drives each as far as possible; returns how many. The number claimed at
   * once is limited, and a hanging one does not block another call.
   */
  async runDue(): Promise<number> {
    const room = AT_ONCE - this.#resumed;
    if (room <= 0 || this.#leaving) return 0;
    const due = await claimDue(this.#db.sql, room);
    this.#resumed += due.length;
    const driven = due.map(({ id }) => this.drive(id).finally(() => (this.#resumed -= 1)));
    await Promise.all(driven);
    return due.length;
  }

  /** Takes no further step on this node; what has no end yet is for others when its lease is over. */
  leave(): void {
    this.#leaving = true;
  }

  async #drive(id: string): Promise<void> {
    let known: Saga<unknown> | undefined;
    while (!this.#leaving) {
      const saga = known ?? (await this.#find(id));
      if (!saga || saga.step === DONE) return;
      try {
        const action = `${saga.kind}.${saga.step}`;
        const surroundings = { ...requestContext(), action, timeoutMs: undefined };
        const taking = runInContext(surroundings, () => this.#runStep(saga));
        const next = await withTimeLimit(taking, this.#around.stepLimitMs, "The step");
        if (next === "later") return;
        known = next;
      } catch (error) {
        await stepFailed(this.#db.sql, this.#around.log, saga, error);
        return;
      }
    }
  }

  async #find(id: string): Promise<Saga<unknown> | undefined> {
    try {
      return await findSaga(this.#db.sql, id);
    } catch (error) {
      report(
        this.#around.log,
        `The process ${id} could not be looked up; its lease runs out.`,
        error,
      );
      return undefined;
    }
  }

  /** Runs one step; returns the new state, or undefined when it has to be read. */
  async #runStep(saga: Saga<unknown>): Promise<Saga<unknown> | undefined | "later"> {
    const { id } = saga;
    const step = this.#processes.get(saga.kind)?.steps[saga.step] as Step<unknown> | undefined;
    if (!step) throw new Error(`The process ${saga.kind} has no step ${saga.step}.`);

    const point = `${saga.kind}.${saga.step}`;
    failpoint(`${point}.before-call`);
    const move = await step(saga, (n) => commandId(saga.id, saga.step, n));
    failpoint(`${point}.after-call`);

    if ("waitMs" in move) {
      await retryLater(this.#db.sql, saga, move.waitMs);
      return "later";
    }
    const moved = await this.#advance(saga, move);
    // Another move came first: read the state again.
    if (!moved) return undefined;
    this.#around.watch({ id, kind: saga.kind, step: saga.step, outcome: move.outcome });
    return (move.afterMs ?? 0) === 0 ? moved : "later";
  }

  /** The effect is sent along with the move: if that moves nothing, both are rolled back. */
  async #advance(saga: Saga<unknown>, move: Advance): Promise<Saga<unknown> | undefined> {
    try {
      return await this.#db.transaction(async (tx) => {
        const [moved, effect] = await Promise.allSettled([
          moveOn(this.#db.in(tx), saga, move),
          move.effect?.(tx),
        ]);
        if (moved.status === "rejected") throw moved.reason;
        if (!moved.value) throw new MovedMeanwhile();
        if (effect.status === "rejected") throw effect.reason;
        return moved.value;
      });
    } catch (error) {
      if (error instanceof MovedMeanwhile) return undefined;
      throw error;
    }
  }
}
class MovedMeanwhile extends Error {}
