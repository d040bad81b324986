import type { RedisOptions } from "ioredis";

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;

/**
 * How we connect to Redis, by its URL. What is kept there may be lost at any time: a command that finds
 * no connection fails at once instead of waiting, and connecting again is not tried in haste.
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
