/** Types of a saga's definition and of its engine's options. */
import type { Saga } from "./saga.rows.ts";
import type { Sql, Tx } from "./sql.ts";

export interface Advance {
  readonly to: string;
  readonly outcome: string;
  readonly detail?: string;
  readonly state?: object;
  /** Runs in the transaction of the move, and must reach nothing else. */
  readonly effect?: (tx: Tx) => Promise<void>;
  /** Pause before the next step is looked at; 0 goes on at once. */
  readonly afterMs?: number;
}
/** The result of a step: the next step, or the pause before it is repeated. */
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
  afterCommit(tx: Tx, work: () => void): void;
}
/** Called for every move after its commit, for the live timeline and the log. */
export type Watch = (move: { id: string; kind: string; step: string; outcome: string }) => void;

export interface Surroundings {
  readonly watch: Watch;
  readonly log: SagaLog;
  /** Time limit of a step on this node. A later answer still counts if no other node was faster. */
  readonly stepLimitMs?: number;
}
export interface SagaLog {
  debug(text: string, error: unknown): void;
  warn(text: string, error: unknown): void;
  error(text: string, error: unknown): void;
}
