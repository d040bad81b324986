import type { Middleware, ServiceBroker } from "moleculer";
import type { Db } from "../lib/database.ts";
import { invalidationsOf, CACHE_INVALIDATED } from "../lib/invalidations.ts";
import type { Tx } from "../lib/sql.ts";

/** A message of this size passes any bus that takes our answers. */
const MAX_MESSAGE_BYTES = 100_000;
const waiting = new WeakMap<Tx, Set<string>>();

/**
 * Removes answers with one of these tags from the caches of all nodes once `tx` has committed. A
 * transaction's tags are broadcast in one message, or in several of 100 kB. The message may be
 * lost: cached answers also expire.
 */
export function invalidate(
  { db, broker }: { readonly db: Pick<Db, "afterCommit">; readonly broker: ServiceBroker },
  tx: Tx,
  ...tags: readonly string[]
): void {
  const known = waiting.get(tx);
  const all = known ?? new Set<string>();
  for (const tag of tags) all.add(tag);
  if (known) return;
  waiting.set(tx, all);
  db.afterCommit(tx, () => {
    for (const part of inMessages([...all]))
      void broker.broadcast(CACHE_INVALIDATED, { tags: part });
  });
}

/** The tags in order, in parts that each fit into a message. */
export function inMessages(tags: readonly string[]): string[][] {
  const parts: string[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const tag of tags) {
    const size = Buffer.byteLength(JSON.stringify(tag)) + 1;
    if (bytes + size > MAX_MESSAGE_BYTES) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(tag);
    bytes += size;
  }
  return parts;
}

/** Lets each node know which tags another one has invalidated. */
export const CacheInvalidation: Middleware = {
  name: "Stale",
  created(broker: ServiceBroker) {
    const invalidations = invalidationsOf(broker);
    broker.createService({
      name: `$cache`,
      events: {
        [CACHE_INVALIDATED]: (ctx: { params: { tags: string[] } }) =>
          invalidations.add(ctx.params.tags),
      },
    });
    broker.localBus.on("$transporter.connected", () => invalidations.addAll());
  },
};
