import type { Redis, RedisOptions } from "ioredis";
import { Cachers } from "moleculer";

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Connection options for Redis, by its URL. Everything stored there may be lost at any time: a
 * command without a connection fails at once instead of waiting, and reconnecting backs off.
 */
export function redisOptions(url: string): RedisOptions {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  const db = Number(pathname.slice(1) || 0);
  return {
    host: hostname,
    port: Number(port || 6379),
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(db > 0 && { db }),
    ...(protocol === "rediss:" && { tls: {} }),
    maxRetriesPerRequest: 1,
    retryStrategy: (times) => Math.min(FIRST_PAUSE_MS * times, LONGEST_PAUSE_MS),
  };
}

/**
 * The cache is optional: without Redis nothing is cached, and nothing else changes. (Moleculer's
 * own cacher fails the action when a read fails, and ends the process when a write does.) After a
 * failed deletion the cache is cleared when Redis is back.
 */
export class RedisCacher extends Cachers.Redis<Redis> {
  #missed = false;

  override get(key: string) {
    return super.get(key).catch(() => this.opts.missingResponse as null);
  }
  override set(key: string, answer: unknown, ttl?: number) {
    return super.set(key, answer, ttl).catch(() => undefined);
  }
  override del(key: string | string[]) {
    return super.del(key).catch(() => this.#throwAwayLater());
  }
  override clean(match?: string | string[]) {
    return super.clean(match).catch(() => this.#throwAwayLater());
  }
  override close() {
    return super.close().catch(() => this.client.disconnect());
  }

  #throwAwayLater(): void {
    if (this.#missed) return;
    this.#missed = true;
    this.client.once("ready", () => {
      this.#missed = false;
      void this.clean();
    });
  }
}
