import type { Middleware, ServiceBroker } from "moleculer";
import { handle } from "../lib/bus.ts";
import type { PublishedEvent } from "../lib/database.ts";
import { NodeAgent } from "../lib/node-agent.ts";
import { COLLECT_METRICS } from "../lib/prometheus.ts";
import {
  ListNodeDeadLetters,
  InspectNode,
  ListNodeJobs,
  ReplayJobOnNode,
  ReplayOnNode,
} from "../lib/operations.ts";
import { EVENTS_COMMITTED } from "../lib/events-committed.ts";

interface ObservedServices {
  /** Services that the system needs: of each, how many nodes there are is shown. */
  readonly services: readonly string[];
  /** Builds the function that counts this node's events. */
  readonly counts: (broker: ServiceBroker) => (name: string, data: unknown) => void;
}

/**
 * Gives every node a service of its own, `$operations`, that answers operators how the node and the
 * databases of its services stand, and shows the same to Prometheus.
 */
export const Operations = ({ services, counts }: ObservedServices): Middleware => ({
  name: "Operations",
  created(broker: ServiceBroker) {
    const agent = new NodeAgent(broker, services);
    const refresh = (): unknown => agent.refresh();
    const countEvents = (published: readonly PublishedEvent[]) => {
      try {
        for (const { record } of published) count?.(record.name, record.data);
      } catch (error) {
        // The event is committed and published; a failed count must not make the action fail.
        broker.logger.warn("Published events could not be counted.", error);
      }
    };
    let count: ReturnType<typeof counts> | undefined;

    broker.createService({
      name: "$operations",
      actions: {
        inspect: handle(InspectNode, (ctx) => agent.inspect(ctx.params.databases)),
        deadLetters: handle(ListNodeDeadLetters, async (ctx) => ({
          items: await agent.deadLetters(ctx.params.service),
        })),
        replay: handle(ReplayOnNode, async ({ params: { service, producer, position } }) => ({
          name: await agent.replay(service, producer, position),
        })),
        jobs: handle(ListNodeJobs, async (ctx) => ({
          items: await agent.jobsPutAside(ctx.params.service),
        })),
        replayJob: handle(ReplayJobOnNode, async ({ params: { service, id } }) => ({
          job: await agent.replayJob(service, id),
        })),
      },
      started() {
        if (!broker.isMetricsEnabled()) return;
        count = counts(broker);
        broker.localBus.on(EVENTS_COMMITTED, countEvents);
        broker.localBus.on(COLLECT_METRICS, refresh);
      },
      stopped() {
        broker.localBus.off(EVENTS_COMMITTED, countEvents);
        broker.localBus.off(COLLECT_METRICS, refresh);
        agent.leave();
      },
    });
  },
});
