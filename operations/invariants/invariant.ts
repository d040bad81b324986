export interface Invariant {
  readonly id: string;
  readonly says: string;
  /** The database it is asked of; without one, the scratch copies. */
  readonly service?: string;
  /** Answers one row with the count `n`. */
  readonly query: string;
}
