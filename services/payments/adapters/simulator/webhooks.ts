/** The simulator's webhooks: queued with the change, delivered at least once, signed when sent. */
import { v7 } from "uuid";
import { call, type CanCall } from "../../../../lib/bus.ts";
import type { Sql } from "../../../../lib/sql.ts";
import { ReceiveWebhook } from "../../contract/operations.ts";
import type { ProviderEvent } from "../provider.ts";
import { deliveriesOf } from "./decide.ts";
import { isSigned, sign } from "./signature.ts";
import {
  defaultScenario,
  deleteWebhook,
  type Intent,
  queueWebhooks,
  type Webhook,
} from "./store.ts";

/** Every type that `announce` is given. */
const TYPES: ReadonlySet<string> = new Set([
  ...["processing", "succeeded", "declined", "canceled"].map((state) => `payment.${state}`),
  ...["pending", "succeeded", "failed"].map((status) => `refund.${status}`),
]);
export const isKnownType = (type: string): boolean => TYPES.has(type);

/** Queues the message that something happened to `intent`, in the transaction in which it did. */
export async function announce(sql: Sql, intent: Intent, type: string): Promise<void> {
  const scenario = { ...(await defaultScenario(sql)), ...intent.scenario };
  const delays = deliveriesOf(scenario, Math.random);
  if (delays.length === 0) return;
  await queueWebhooks(sql, messageOf(intent, type), delays);
}

/** A webhook only names the object: its receiver reads the state. */
const messageOf = ({ id, paymentId }: Intent, type: string) =>
  JSON.stringify({ id: `evt_${v7()}`, type, object: { id, metadata: { paymentId } } });

/** Delivers one, and forgets it once it was taken. */
export async function deliver(sql: Sql, from: CanCall, { id, body }: Webhook): Promise<void> {
  const signature = sign(body, new Date());
  await call(from, ReceiveWebhook, { provider: "simulator", body, signature });
  await deleteWebhook(sql, id);
}

interface Message {
  readonly id?: unknown;
  readonly type?: unknown;
  readonly object?: { readonly id?: unknown; readonly metadata?: { readonly paymentId?: unknown } };
}
/** The event in a webhook, if it is signed by the simulator. */
export function eventIn(body: string, signature: string, now: Date): ProviderEvent | undefined {
  if (!isSigned(body, signature, now)) return undefined;
  const payload = parsed(body);
  if (!payload) return undefined;
  const { id, type, object } = payload;
  if (typeof id !== "string" || typeof type !== "string") return undefined;
  return {
    eventId: id,
    type,
    payload,
    ...(typeof object?.id === "string" && { providerId: object.id }),
    ...(typeof object?.metadata?.paymentId === "string" && {
      paymentId: object.metadata.paymentId,
    }),
  };
}

function parsed(body: string): Message | undefined {
  try {
    const message: unknown = JSON.parse(body);
    return message !== null && typeof message === "object" ? message : undefined;
  } catch {
    return undefined;
  }
}
