import { setTimeout as sleep } from "node:timers/promises";
import type { Context, Middleware, Service, ServiceBroker } from "moleculer";
import { type CanCall, DRAINING } from "../lib/bus.ts";

/** After DRAINING a node has this long to finish open requests; at least AT_LEAST_MS. */
const FINISHED_WITHIN_MS = 6_500;
const AT_LEAST_MS = 500;
const LOOK_EVERY_MS = 20;

const ASK_AGAIN = 4;
const PAUSE_MS = 80;

interface Tracked {
  readonly _trackedContexts?: readonly unknown[];
}
interface Appearance {
  readonly node: { readonly id: string; readonly instanceID: string };
}
interface Refusal {
  readonly type?: string;
  readonly data?: { readonly action?: string; readonly nodeID?: string };
}

/**
 * Lets nodes be replaced under load, one after the other.
 * - A started node is announced to the others at once, not a second later: the next one may be
 * stopped then.
 * - No service of a node stops before all of them have answered: they call one another.
 * - Requests to a node that was killed are retried as soon as it is back, not only after their
 * time-out.
 * - A request that a draining node refused is sent to another one, commands too: nothing was done.
 */
export function GracefulShutdown(): Middleware {
  let left: number | undefined;
  return {
    name: "ComingAndGoing",
    created(broker: ServiceBroker) {
      broker.localBus.once(DRAINING, () => {
        left = performance.now();
      });
      const lives = new Map<string, string>();
      const poll = ({ node: { id, instanceID: life } }: Appearance) => {
        if (lives.has(id) && lives.get(id) !== life)
          broker.transit?.removePendingRequestByNodeID(id);
        lives.set(id, life);
      };
      broker.localBus.on("$node.connected", poll);
      broker.localBus.on("$node.updated", poll);
      broker.localBus.on("$node.disconnected", ({ node }: Appearance) => lives.delete(node.id));
    },
    async started(broker: ServiceBroker) {
      if (broker.transit) await broker.registry.discoverer.sendLocalNodeInfo();
    },
    async stopping(broker: ServiceBroker) {
      const now = performance.now();
      const until = Math.max((left ?? now) + FINISHED_WITHIN_MS, now + AT_LEAST_MS);
      while (isBusy(broker) && performance.now() < until) await sleep(LOOK_EVERY_MS);
    },
    remoteAction(next, { name, retryPolicy }) {
      // Actions with a retry policy may be retried in any case.
      if (retryPolicy?.enabled) return next;
      return async function askAnother(this: Service, ctx: Context) {
        const nodeId = ctx.nodeID;
        try {
          return await next.call(this, ctx);
        } catch (error) {
          const { type, data } = error as Refusal;
          const refused =
            type === "SERVICE_NOT_AVAILABLE" && data?.nodeID === nodeId && data.action === name;
          if (!refused || !mayAskAgain(ctx)) throw error;
          await sleep(PAUSE_MS);
          // Repeats the same call, as Moleculer's own retries do; its parameters were checked by
          // its contract.
          const bus: CanCall = ctx.broker;
          return bus.call(name ?? "", ctx.params, { ctx: ctx.copy() });
        }
      };
    },
  };
}

const isBusy = (broker: ServiceBroker): boolean =>
  [broker, ...broker.services].some(
    (one) => ((one as unknown as Tracked)._trackedContexts ?? []).length > 0,
  );

function mayAskAgain(ctx: Context): boolean {
  const locals = ctx.locals as { refusals?: number };
  locals.refusals = (locals.refusals ?? 0) + 1;
  const { stream } = ctx as { stream?: unknown };
  // A call with a node id wants that node; a stream has already been read.
  return locals.refusals <= ASK_AGAIN && ctx.options.nodeID === undefined && !stream;
}
