import type { Service, ServiceSchema } from "moleculer";
import { mixin } from "../lib/bus.ts";
import type { Sql } from "../lib/sql.ts";

/** Counts the rows that must not be: 0 is well. Asked every few minutes; it may read a whole table. */
export type Invariant = (sql: Sql) => Promise<number>;
export type InvariantsService = Service & { invariants: Readonly<Record<string, Invariant>> };

/**
 * Lets a service say what must hold in its own database; its node shows what does not. What must hold
 * across databases is asked by `npm run verify`.
 */
export const Invariants = (
  invariants: Readonly<Record<string, Invariant>>,
): Partial<ServiceSchema> =>
  mixin({
    created(this: InvariantsService) {
      this.invariants = invariants;
    },
  });
