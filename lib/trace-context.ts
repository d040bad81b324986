/**
 * Ids of traces as the world writes them. Ours are UUIDs; in W3C Trace Context and OTLP a trace has 32
 * hexadecimal digits and a span 16. Each way the same id gives the same id, on every node.
 * https://www.w3.org/TR/trace-context/
 */
import { createHash } from "node:crypto";

export interface TraceParent {
  /** In UUID notation, as log lines have it. */
  readonly traceId: string;
  readonly parentId: string;
  readonly sampled: boolean;
}

const FORM = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const SAMPLED = 1;

/** Parses a `traceparent` header; undefined when it is not valid. */
export function readTraceParent(header: unknown): TraceParent | undefined {
  if (typeof header !== "string") return undefined;
  const [, version = "", trace = "", parentId = "", flags = "", more] = FORM.exec(header) ?? [];
  const broken = version === "" || version === "ff" || (version === "00" && more !== undefined);
  if (broken || /^0+$/.test(trace) || /^0+$/.test(parentId)) return undefined;
  const traceId = trace.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  return { traceId, parentId, sampled: (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED };
}

export const writeTraceParent = (traceId: string, spanId: string, sampled: boolean): string =>
  `00-${traceIdOf(traceId)}-${spanIdOf(spanId)}-${sampled ? "01" : "00"}`;

/** 32 digits of a UUID; of any other text, of its hash. */
export function traceIdOf(id: string): string {
  const hex = id.replaceAll("-", "").toLowerCase();
  return /^[0-9a-f]{32}$/.test(hex) ? hex : hashOf(id).slice(0, 32);
}

/** 16 digits: of a UUID the last, which are all chance but for two bits. */
export function spanIdOf(id: string): string {
  const hex = id.replaceAll("-", "").toLowerCase();
  if (/^[0-9a-f]{16}$/.test(hex)) return hex;
  return /^[0-9a-f]{32}$/.test(hex) ? hex.slice(16) : hashOf(id).slice(0, 16);
}

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");
