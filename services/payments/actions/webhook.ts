import type { ActionHandler } from "../../../lib/bus.ts";
import { type ReceiveWebhook, WebhookRefused } from "../payments.contract.ts";
import type { Provider } from "../adapters/provider.ts";
import { keepEvent } from "../store/event.store.ts";
import type { PaymentsService } from "../payments.types.ts";

/** Answers as soon as the event is safe, also when it came before; work begins after that. */
export const webhook: ActionHandler<typeof ReceiveWebhook, PaymentsService> = async (
  ctx,
  service,
) => {
  const { provider: name, body, signature = "" } = ctx.params;
  const known: Readonly<Record<string, Provider>> = service.providers;
  const provider = Object.hasOwn(known, name) ? known[name] : undefined;
  const event = provider?.verifyWebhook(body, signature, new Date());
  if (!event) throw WebhookRefused({});
  const retained = await keepEvent(service.db.sql, name, event);
  if (retained === 1) service.jobs.kick("processEvents");
  return { received: true };
};
