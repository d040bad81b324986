import { setTimeout as sleep } from "node:timers/promises";
import type { Context, Middleware, Service, ServiceBroker } from "moleculer";
import { type CanCall, DRAINING } from "../lib/bus.ts";

/** From the word that it leaves, a node has so long to end what it has begun; at least the second, in any case. */
const FINISHED_WITHIN_MS = 6_500;
const AT_LEAST_MS = 500;
const LOOK_EVERY_MS = 20;

const ASK_AGAIN = 4;
const PAUSE_MS = 80;

/** What Moleculer keeps, and does not declare. */
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
 * - A node that has started is known to the others at once, not a second later: whoever waits for it may
 *   stop the next one.
 * - None of a node's services stops before all of them have answered: they call one another.
 * - What was asked of a node that was killed is asked again as soon as it has come back, and not only when
 *   nobody has answered for seconds.
 * - What a leaving node has refused to begin is asked of another one, commands too: nothing was done.
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
      // Those may be asked again whatever has happened to them.
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
          // The same call once more, as Moleculer's own retries do it: whatever it is, it has its contract.
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
  // Who has named a node wants that one; a stream has already been read.
  return locals.refusals <= ASK_AGAIN && ctx.options.nodeID === undefined && !stream;
}
