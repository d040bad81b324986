import type { Asked, Caller } from "../../../lib/bus.ts";
import type { Action } from "../../../lib/contract.ts";
import { claimKey, keepAnswer } from "../../../lib/idempotency.ts";
import type { Tx } from "../../../lib/sql.ts";
import type { InventoryDb } from "./tables.ts";

interface Keyed {
  readonly params: unknown;
  readonly meta: Asked<unknown>["meta"];
  readonly locals: { readonly caller: Caller };
}

/**
 * Runs `work` in a transaction, once per Idempotency-Key of the caller: the second time the first
 * answer is given again. Without a key it just runs. @throws KeyReused (422)
 */
export const onceForKey = <R>(
  db: InventoryDb,
  { params, meta, locals }: Keyed,
  { name }: Pick<Action, "name">,
  work: (tx: Tx) => Promise<R>,
): Promise<R> =>
  db.transaction(async (tx) => {
    if (meta.key === undefined) return work(tx);
    const request = { action: name, params };
    const claim = { principal: locals.caller.id, key: meta.key, request };
    const before = await claimKey<R>(db.in(tx), claim);
    if (!before.fresh && before.answer !== undefined) return before.answer;
    const answer = await work(tx);
    await keepAnswer(db.in(tx), claim, { answer });
    return answer;
  });
