import type { ActionHandler } from "../../../lib/bus.ts";
import { ListNodeDeadLetters } from "../../../lib/operations.ts";
import { fitting } from "../../../lib/page.ts";
import { deadLetterIdOf } from "../domain/views.ts";
import type { ListDeadLetters } from "../monitoring.contract.ts";
import type { MonitoringService } from "../monitoring.types.ts";
import { askServices } from "../workflows/askServices.ts";

export const deadLetters: ActionHandler<typeof ListDeadLetters, MonitoringService> = async (
  ctx,
  { inspector },
) => {
  const some = ({ deadLetters: count }: { deadLetters: number }) => count > 0;
  const asked = await askServices(ctx, inspector, ListNodeDeadLetters, some);
  return {
    items: fitting(
      asked.flatMap(({ service: consumer, items = [] }) =>
        items.map((letter) => ({
          id: deadLetterIdOf(consumer, letter.producer, letter.position),
          consumer,
          ...letter,
        })),
      ),
    ),
    missing: asked.flatMap(({ service, items }) => (items ? [] : [service])),
  };
};
