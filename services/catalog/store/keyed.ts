import type { Asked, Caller } from "../../../lib/bus.ts";
import type { Action } from "../../../lib/contract.ts";
import { claimKey, keepAnswer } from "../../../lib/idempotency.ts";
import { onceMoreIfMet } from "./met.ts";
import type { CatalogDb, Tx } from "./tables.ts";

interface Keyed {
  readonly params: unknown;
  readonly meta: Asked<unknown>["meta"];
  readonly locals: { readonly caller: Caller };
}

/**
 * Runs `work` in a transaction, once per Idempotency-Key of the caller: the second time the first
 * answer is given again. Without a key it just runs. Again when it met another writer.
 * @throws KeyReused (422)
 */
export const onceForKey = <R>(
  db: CatalogDb,
  { params, meta, locals }: Keyed,
  { name }: Pick<Action, "name">,
  work: (tx: Tx) => Promise<R>,
): Promise<R> =>
  onceMoreIfMet(() =>
    db.transaction(async (tx) => {
      if (meta.key === undefined) return work(tx);
      const claim = {
        principal: locals.caller.id,
        key: meta.key,
        request: { action: name, params },
      };
      const claimed = await claimKey<R>(db.in(tx), claim);
      if (!claimed.fresh && claimed.answer !== undefined) return claimed.answer;
      const answer = await work(tx);
      await keepAnswer(db.in(tx), claim, { answer });
      return answer;
    }),
  );
