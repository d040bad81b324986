import type { Context, Middleware, Service, ServiceBroker } from "moleculer";
import type { Meta } from "../lib/bus.ts";
import { invalidationsOf, type Stamp } from "../lib/invalidations.ts";

/** The cache options that `handle` derives from a contract's `cache`. */
interface Cached {
  readonly keys: readonly string[];
  readonly ttl: number;
  readonly tags?: (params: unknown, answer: unknown) => readonly string[];
}
interface Entry {
  readonly answer: unknown;
  readonly tags: readonly string[];
  readonly stamp: Stamp;
  readonly until: number;
}

/**
 * Caches answers in the broker's cacher as a contract's `cache` declares, in place of Moleculer's
 * own middleware, which has no tags and never expires entries that are read often. Answers
 * invalidated while they were computed are not cached.
 */
export const Cache: Middleware = {
  name: "Cache",
  localAction(next, action) {
    const cached = action.cache as unknown as Cached | false | undefined;
    if (!cached) return next;
    const { keys, ttl, tags: tagsOf } = cached;

    return async function keeping(this: Service, ctx: Context<unknown, Meta>) {
      const { cacher } = ctx.broker as ServiceBroker & { cacher?: Store };
      const skips = (ctx.meta as { $cache?: boolean }).$cache === false;
      if (!cacher || cacher.connected === false || skips) return next.call(this, ctx);

      const invalidations = invalidationsOf(ctx.broker);
      const key = `${action.name}:${keyOf(keys, ctx)}`;
      const kept = (await cacher.get(key)) as Entry | null | undefined;
      if (kept && kept.until > Date.now() && invalidations.isValid(kept.stamp, kept.tags)) {
        ctx.cachedResult = true;
        return kept.answer;
      }
      const stamp = invalidations.stamp();
      const answer: unknown = await next.call(this, ctx);
      const tags = tagsOf?.(ctx.params, answer) ?? [];
      if (invalidations.isUnchanged(stamp, tags)) {
        const entry: Entry = { answer, tags, stamp, until: Date.now() + ttl * 1_000 };
        void cacher.set(key, entry, ttl);
      }
      return answer;
    };
  },
};

interface Store {
  readonly connected: boolean | null;
  get(key: string): Promise<unknown>;
  set(key: string, entry: unknown, ttl: number): Promise<unknown>;
}

/** JSON keeps the parameters apart, whatever their text. `#name` is read from the call's meta. */
const keyOf = (keys: readonly string[], { params, meta }: Context<unknown, Meta>): string =>
  JSON.stringify(
    keys.map((key) =>
      key.startsWith("#")
        ? (meta as Record<string, unknown>)[key.slice(1)]
        : (params as Record<string, unknown>)[key],
    ),
  );
