/** Answers that nodes keep in Redis are of the time before a restore. */
import { Redis } from "ioredis";
import { config } from "../../config.ts";
import { redisOptions } from "../../lib/redis.ts";

const AT_ONCE = 1_000;

export async function deleteSavedAnswers(say: (line: string) => void): Promise<void> {
  const { url } = config.redis;
  if (url === undefined) return;
  const redis = new Redis({ ...redisOptions(url), lazyConnect: true, retryStrategy: () => null });
  redis.on("error", () => undefined);
  try {
    await redis.connect();
    const match = `MOL-${config.bus.namespace}-*`;
    for await (const keys of redis.scanStream({ match, count: AT_ONCE }) as AsyncIterable<string[]>)
      if (keys.length > 0) await redis.unlink(keys);
  } catch {
    say(
      "Redis does not answer: empty it before nodes start (redis-cli flushdb), or they show what was.",
    );
  } finally {
    redis.disconnect();
  }
}
