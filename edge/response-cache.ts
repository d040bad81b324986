/**
 * Bytes of answers that are the same for everybody, kept in the gateway so that a product page costs
 * little more than writing it. What may be kept, and how long, a contract says (`cache.shared`); what
 * became stale is thrown away by the same broadcast that cleans the action caches.
 */
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { LRUCache } from "lru-cache";

interface Answer {
  readonly action: string;
  readonly bytes: Buffer;
  readonly gzipped: Buffer | undefined;
  readonly etag: string;
}

const MAX_BYTES = 32 * 1024 * 1024;
const WORTH_GZIP = 1_400;

export class HotAnswers {
  readonly #answers = new LRUCache<string, Answer>({
    maxSize: MAX_BYTES,
    sizeCalculation: ({ bytes, gzipped }) => bytes.length + (gzipped?.length ?? 0) + 200,
  });
  readonly #generations = new Map<string, number>();

  get(key: string): Answer | undefined {
    return this.#answers.get(key);
  }

  /** To be asked before the answer is made: what becomes stale meanwhile must not be kept. */
  generationOf(action: string): number {
    return this.#generations.get(action) ?? 0;
  }

  keep(key: string, made: { action: string; generation: number; text: string; seconds: number }) {
    if (made.generation !== this.generationOf(made.action)) return;
    const bytes = Buffer.from(made.text);
    const etag = `"${createHash("sha1").update(bytes).digest("base64url")}"`;
    const gzipped = bytes.length > WORTH_GZIP ? gzipSync(bytes, { level: 6 }) : undefined;
    const answer = { action: made.action, bytes, gzipped, etag };
    this.#answers.set(key, answer, { ttl: made.seconds * 1000 });
  }

  /** `keys` as Moleculer's cachers take them: `catalog.get:*`. */
  drop(keys: readonly string[]): void {
    const actions = new Set(keys.map((key) => key.split(":")[0] ?? key));
    for (const action of actions) this.#generations.set(action, this.generationOf(action) + 1);
    for (const [key, { action }] of this.#answers.entries())
      if (actions.has(action) || actions.has("**")) this.#answers.delete(key);
  }
}
