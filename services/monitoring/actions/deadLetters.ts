import { call, type ActionHandler } from "../../../lib/bus.ts";
import { ListNodeDeadLetters } from "../../../lib/operations.ts";
import { fitting } from "../../../lib/page.ts";
import { deadLetterIdOf } from "../domain/views.ts";
import type { ListDeadLetters } from "../monitoring.contract.ts";
import type { MonitoringService } from "../monitoring.types.ts";

export const deadLetters: ActionHandler<typeof ListDeadLetters, MonitoringService> = async (
  ctx,
  { inspector },
) => {
  const { databases } = await inspector.inspect();
  const asked = await Promise.all(
    databases
      .filter(({ reachable, deadLetters: some }) => !reachable || some > 0)
      .map(async ({ service: consumer }) => {
        const nodeID = inspector.nodeOf(consumer);
        const answer =
          nodeID === undefined
            ? undefined
            : await call(ctx, ListNodeDeadLetters, { service: consumer }, { nodeID }).catch(
                () => undefined,
              );
        return { consumer, items: answer?.items };
      }),
  );
  return {
    items: fitting(
      asked.flatMap(({ consumer, items = [] }) =>
        items.map((letter) => ({
          id: deadLetterIdOf(consumer, letter.producer, letter.position),
          consumer,
          ...letter,
        })),
      ),
    ),
    missing: asked.flatMap(({ consumer, items }) => (items ? [] : [consumer])),
  };
};
