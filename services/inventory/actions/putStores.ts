import { v7 } from "uuid";
import type { ActionHandler } from "../../../lib/bus.ts";
import type { Sql } from "../../../lib/sql.ts";
import { createStore, isSameStore, type FullStore, withChange } from "../domain/store.ts";
import type { PutStores, StoreDraft } from "../inventory.contract.ts";
import { invalidateStores } from "../store/invalidation.ts";
import { lockByCodes } from "../store/stores.store.ts";
import { Stores } from "../store/tables.ts";
import type { InventoryService } from "../inventory.types.ts";

export const putStores: ActionHandler<typeof PutStores, InventoryService> = async (
  ctx,
  service,
) => {
  const { db } = service;
  // The last of several with one code counts; in the order of the codes, so that two lists never
  // wait for each other.
  const drafts = [...new Map(ctx.params.stores.map((draft) => [draft.code, draft])).values()];
  drafts.sort((a, b) => (a.code < b.code ? -1 : 1));

  const put = await db.transaction(async (tx) => {
    const sql = db.in(tx);
    const known = await lockByCodes(
      sql,
      drafts.map(({ code }) => code),
    );
    const byCode = new Map(known.map((store) => [store.code, store]));
    const done = [];
    for (const draft of drafts) done.push(await putOne(sql, draft, byCode.get(draft.code)));
    invalidateStores(service, tx, ...done.map(({ storeId }) => storeId));
    return done;
  });
  return { stores: put };
};

async function putOne(sql: Sql, draft: StoreDraft, known: FullStore | undefined) {
  const { code } = draft;
  const store = known ?? (await opened(sql, draft));
  if (!store) return putOne(sql, draft, (await lockByCodes(sql, [code]))[0]);
  if (!known) return { code, storeId: store.id, outcome: "created" as const };

  const next = withChange(known, draft);
  if (isSameStore(known, next)) return { code, storeId: known.id, outcome: "unchanged" as const };
  await Stores.update(sql, next);
  return { code, storeId: known.id, outcome: "updated" as const };
}

/** Undefined when another transaction has just opened one with this code. */
async function opened(sql: Sql, draft: StoreDraft): Promise<FullStore | undefined> {
  const store = createStore(v7(), draft, new Date().toISOString());
  return (await Stores.insert(sql, store)) && store;
}
