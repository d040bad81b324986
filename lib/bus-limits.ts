/** How much one message on the bus may hold. */
import type { ServiceBroker } from "moleculer";

export const DEFAULT_MAX_BYTES = 512 * 1024;

/** The largest message that a node should send, in bytes: half of what the bus accepts. */
export const maxMessageBytes = (_broker: ServiceBroker): number => DEFAULT_MAX_BYTES;
