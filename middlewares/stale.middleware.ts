import type { Middleware, ServiceBroker } from "moleculer";

export const STALE = "cache.stale";

/**
 * Tells every node that the kept answers of these actions are no longer right. May be lost: entries
 * also expire. (Two stars, because in a cacher's pattern one does not match a dot, as in 12.50.)
 */
export const stale = (broker: ServiceBroker, ...actions: string[]) =>
  broker.broadcast(STALE, { keys: actions.map((action) => `${action}:**`) });

/** Lets each node throw away what another one says is stale. */
export const Stale: Middleware = {
  name: "Stale",
  created(broker: ServiceBroker) {
    broker.createService({
      name: `$cache`,
      events: {
        [STALE]: async (ctx: { params: { keys: string[] } }) => {
          await broker.cacher?.clean(ctx.params.keys);
        },
      },
    });
  },
};
