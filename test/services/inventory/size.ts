/** How large what crosses the bus may be, and how large a value or what a shape allows is. */
import type { TSchema } from "@sinclair/typebox";
import { MAX_CONFIGURATION_BYTES } from "../../../services/inventory/domain/store.ts";

/** Half of what the bus takes (`max_payload` in nats/nats.conf): the rest is for what wraps it. */
export const MOST_BYTES = 512 * 1_024;

export const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? "");

/**
 * The bytes of the largest JSON that a shape allows: every field there, every list and text full,
 * each character one of those that JSON writes longest. The only JSON of any kind is a store's
 * configuration, which the domain bounds.
 */
export function largest(shape: TSchema): number {
  const { anyOf, properties, items, maxItems, minimum, maximum, ...rest } = shape as Described;
  if (rest.enum) return Math.max(...rest.enum.map(bytesOf));
  if (rest.const !== undefined) return bytesOf(rest.const);
  if (anyOf) return Math.max(...anyOf.map(largest));
  if (properties)
    return Object.entries(properties).reduce(
      (sum, [name, field]) => sum + bytesOf(name) + 2 + largest(field),
      2,
    );
  if (rest.type === "object" && rest.additionalProperties === true) return MAX_CONFIGURATION_BYTES;
  if (items && maxItems !== undefined) return 2 + maxItems * (largest(items) + 1);
  if (rest.type === "string") return textBytes(rest);
  if (rest.type === "boolean") return 5;
  if (rest.type === "null") return 4;
  if (rest.type === "integer") return Math.max(bytesOf(minimum), bytesOf(maximum));
  if (rest.type === "number") return 24;
  throw new Error(`${JSON.stringify(shape)} has no largest value.`);
}

interface Described {
  anyOf?: TSchema[];
  properties?: Record<string, TSchema>;
  items?: TSchema;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  type?: string;
  enum?: unknown[];
  const?: unknown;
  additionalProperties?: boolean;
  format?: string;
  pattern?: string;
  maxLength?: number;
}

/** Control characters are written with six bytes, others with four at most. */
function textBytes({ format, pattern, maxLength }: Described): number {
  if (format === "uuid") return 38;
  if (format === "date-time") return 26;
  if (maxLength === undefined && pattern === undefined)
    throw new Error("A text without a limit has no largest value.");
  const plain = pattern !== undefined && !new RegExp(pattern, "u").test("\u0001");
  const ascii = pattern !== undefined && plain && !new RegExp(pattern, "u").test("é");
  return 2 + (maxLength ?? 64) * (ascii ? 1 : plain ? 4 : 6);
}
