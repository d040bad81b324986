import type { Middleware, ServiceBroker } from "moleculer";

export const STALE = "cache.stale";

/** Tells every node that answers whose key begins so are no longer right. May be lost: entries also expire. */
export const stale = (broker: ServiceBroker, ...keys: string[]) =>
  broker.broadcast(STALE, { keys });

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
