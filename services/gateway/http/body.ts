/**
 * Reads a JSON body that cannot hurt: bounded in bytes, depth and keys before it is parsed, without
 * NUL, lone surrogates or names that reach prototypes.
 */
import type { IncomingMessage } from "node:http";
import type { Sentence } from "../../../lib/failure.ts";
import { BodyMalformed, BodyNotJson, BodyTooLarge } from "./failures.ts";

export const MAX_JSON_BYTES = 100_000;
const MAX_DEPTH = 32;
const MAX_KEYS = 10_000;
const FORBIDDEN = new Set(["__proto__", "constructor", "prototype"]);

const REASONS = {
  depth: { en: `more than ${MAX_DEPTH} levels deep`, fr: `plus de ${MAX_DEPTH} niveaux` },
  values: { en: `more than ${MAX_KEYS} values`, fr: `plus de ${MAX_KEYS} valeurs` },
  name: { en: "the name of a field is not allowed", fr: "le nom d'un champ n'est pas permis" },
  text: { en: "text with NUL or half a character", fr: "texte avec NUL ou un demi-caractère" },
  number: { en: "a number is too large", fr: "un nombre est trop grand" },
  object: { en: "an object {…} was expected", fr: "un objet {…} était attendu" },
  encoding: { en: "it is not UTF-8", fr: "il n'est pas en UTF-8" },
  end: { en: "it ends too early", fr: "il se termine trop tôt" },
} as const satisfies Record<string, Sentence>;

/** The body's bytes. @throws BodyTooLarge (413) as soon as it is known to be. */
export async function bytesOf(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const declared = Number(request.headers["content-length"] ?? 0);
  if (declared > maxBytes) throw BodyTooLarge({ maxBytes });
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw BodyTooLarge({ maxBytes });
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

/** The object in the body; {} when there is none. */
export async function jsonOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const bytes = await bytesOf(request, MAX_JSON_BYTES);
  if (bytes.length === 0) return {};
  const contentType = request.headers["content-type"] ?? "";
  if (!/^application\/(json|[\w.-]+\+json)\s*(;|$)/i.test(contentType))
    throw BodyNotJson({ contentType: contentType.slice(0, 60) || "nothing" });
  return parse(bytes);
}

export function parse(bytes: Buffer): Record<string, unknown> {
  if (tooDeep(bytes)) throw BodyMalformed({ reason: REASONS.depth });
  const text = decode(bytes);
  let keys = 0;
  const value: unknown = attempt(() =>
    JSON.parse(text, (key, part: unknown) => {
      keys += 1;
      if (keys > MAX_KEYS) throw BodyMalformed({ reason: REASONS.values });
      if (FORBIDDEN.has(key)) throw BodyMalformed({ reason: REASONS.name });
      if (isBadText(key) || (typeof part === "string" && isBadText(part)))
        throw BodyMalformed({ reason: REASONS.text });
      if (typeof part === "number" && !Number.isFinite(part))
        throw BodyMalformed({ reason: REASONS.number });
      return part;
    }),
  );
  if (value === null || typeof value !== "object" || Array.isArray(value))
    throw BodyMalformed({ reason: REASONS.object });
  return value as Record<string, unknown>;
}

const isBadText = (text: string) => text.includes("\0") || !text.isWellFormed();

/** Brackets outside of strings, counted on the bytes: the parser itself would overflow its stack. */
function tooDeep(bytes: Buffer): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i];
    if (inString) {
      if (byte === 0x5c) i += 1;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      if (depth > MAX_DEPTH) return true;
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1;
  }
  return false;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });
function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw BodyMalformed({ reason: REASONS.encoding });
  }
}

function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (BodyMalformed.is(error)) throw error;
    throw BodyMalformed({ reason: reasonOf(error) });
  }
}
/** V8 quotes the text it stumbled over; the caller knows it, logs need not. */
function reasonOf(error: unknown): Sentence {
  const position =
    error instanceof SyntaxError ? /position (\d+)/.exec(error.message)?.[1] : undefined;
  return position === undefined
    ? REASONS.end
    : { en: `see position ${position}`, fr: `voir la position ${position}` };
}
