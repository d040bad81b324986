/**
 * Limits the size of messages on the bus. NATS closes the connection of a client that sends more
 * than the server's `max_payload`, so every answer, request and event stays below half of it.
 */
import type { ServiceBroker } from "moleculer";
import { failure } from "./failure.ts";

/** Half of NATS' own default of 1 MB; used without a server that reports its limit. */
export const DEFAULT_MAX_MESSAGE_BYTES = 512 * 1024;
/** Moleculer's packet adds up to this much to an answer or parameters: ids, meta, errors. */
export const ENVELOPE_BYTES = 16 * 1024;

/** A transporter whose server says how large a message may be. */
export interface BoundedTransporter {
  readonly maxMessageBytes: number | undefined;
}

/** Returns the limit in bytes of JSON of an answer, a request or an event of this broker. */
export const maxMessageBytes = ({ transit }: ServiceBroker): number =>
  (transit?.tx as Partial<BoundedTransporter> | undefined)?.maxMessageBytes ??
  DEFAULT_MAX_MESSAGE_BYTES;

/** Returns the size in bytes of a value as JSON, which is what crosses the bus. */
export const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? "");

interface TooLarge {
  readonly bytes: number;
  readonly maxBytes: number;
}
export const RequestTooLarge = failure<{ action: string } & TooLarge>("REQUEST_TOO_LARGE", 413, {
  en: "The request to {action} has {bytes} bytes; the bus takes {maxBytes}. Ask for less at once.",
  fr: "La demande à {action} compte {bytes} octets ; le bus en accepte {maxBytes}. Demandez moins à la fois.",
});
export const AnswerTooLarge = failure<{ action: string } & TooLarge>("ANSWER_TOO_LARGE", 500, {
  en: "The answer of {action} has {bytes} bytes; the bus takes {maxBytes}. Ask for a smaller page.",
  fr: "La réponse de {action} compte {bytes} octets ; le bus en accepte {maxBytes}. Demandez une page plus petite.",
});
export const EventTooLarge = failure<{ event: string } & TooLarge>("EVENT_TOO_LARGE", 500, {
  en: "The event {event} has {bytes} bytes; the bus takes {maxBytes}. Put less into it.",
  fr: "L'évènement {event} compte {bytes} octets ; le bus en accepte {maxBytes}. Mettez-y moins.",
});

/** @throws the failure that `refuse` makes, when `value` has more than `maxBytes` as JSON */
export function assertFits(
  value: unknown,
  maxBytes: number,
  refuse: (sizes: TooLarge) => Error,
): void {
  const bytes = jsonBytes(value);
  if (bytes > maxBytes) throw refuse({ bytes, maxBytes });
}
