import type { Middleware, ServiceBroker } from "moleculer";
import { handle } from "../lib/bus.ts";
import type { Told } from "../lib/database.ts";
import { NodeAgent } from "../lib/node-agent.ts";
import { FIGURES_WANTED } from "../lib/prometheus.ts";
import { ListNodeDeadLetters, LookAtNode, ReplayOnNode } from "../lib/operations.ts";
import { TOLD } from "../lib/told.ts";

export interface Watched {
  /** Services that the house needs: of each, how many nodes there are is shown. */
  readonly services: readonly string[];
  /** What is counted of what happens, by the node on which it happens. */
  readonly counts: (broker: ServiceBroker) => (name: string, data: unknown) => void;
}

/**
 * Gives every node a service of its own, `$operations`, that answers operators how the node and the
 * databases of its services stand, and shows the same to Prometheus.
 */
export const Operations = ({ services, counts }: Watched): Middleware => ({
  name: "Operations",
  created(broker: ServiceBroker) {
    const agent = new NodeAgent(broker, services);
    const refresh = (): unknown => agent.refresh();
    const hear = (told: readonly Told[]) => {
      try {
        for (const { telling } of told) count?.(telling.name, telling.data);
      } catch (error) {
        // It has happened and is told; that it is not counted must not make it look undone.
        broker.logger.warn("What was told could not be counted.", error);
      }
    };
    let count: ReturnType<typeof counts> | undefined;

    broker.createService({
      name: "$operations",
      actions: {
        look: handle(LookAtNode, (ctx) => agent.look(ctx.params.databases)),
        deadLetters: handle(ListNodeDeadLetters, async (ctx) => ({
          items: await agent.deadLetters(ctx.params.service),
        })),
        replay: handle(ReplayOnNode, async ({ params: { service, producer, position } }) => ({
          name: await agent.replay(service, producer, position),
        })),
      },
      started() {
        if (!broker.isMetricsEnabled()) return;
        count = counts(broker);
        broker.localBus.on(TOLD, hear);
        broker.localBus.on(FIGURES_WANTED, refresh);
      },
      stopped() {
        broker.localBus.off(TOLD, hear);
        broker.localBus.off(FIGURES_WANTED, refresh);
        agent.leave();
      },
    });
  },
});
