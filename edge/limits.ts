/**
 * Rate limits per address, person and kind of request (RFC 9331-style headers). Redis counts for
 * all gateways if there is one; while it is down, each gateway counts for itself.
 */
import type { Redis } from "ioredis";
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  type RateLimiterRes,
} from "rate-limiter-flexible";
import { config } from "../config.ts";
import type { Action } from "../lib/contract.ts";
import { failure } from "../lib/failure.ts";
import { networkOf } from "./address.ts";

export const TooManyRequests = failure<{ retryAfterSeconds: number }>("TOO_MANY_REQUESTS", 429, {
  en: "Too many requests. Try again in {retryAfterSeconds} seconds.",
  fr: "Trop de demandes. Réessayez dans {retryAfterSeconds} secondes.",
});

type LimitClass = "anonymous" | "user" | "login" | "heavy";
export type LimitHeaders = Readonly<Record<string, string>>;

const { limits } = config;
const RULES: Record<LimitClass, { points: number; seconds: number }> = {
  anonymous: { points: limits.anonymousPerMinute, seconds: 60 },
  user: { points: limits.userPerMinute, seconds: 60 },
  login: { points: limits.loginPer15Minutes, seconds: 900 },
  heavy: { points: limits.heavyPerMinute, seconds: 60 },
};

/** The result of counting a request: headers for its answer, and the refusal if there is one. */
export interface Counted {
  readonly headers: LimitHeaders;
  readonly refusal?: Error;
}

/** The key of the counter: a person wherever they are, otherwise the network that the request comes from. */
interface Counting {
  readonly personId: string | undefined;
  readonly address: string;
}

export class Limits {
  readonly #limiters: Partial<Record<LimitClass, RateLimiterAbstract>>;

  constructor(redis?: Redis) {
    this.#limiters = Object.fromEntries(
      Object.entries(RULES)
        .filter(([, { points }]) => points > 0)
        .map(([name, rule]) => [name, limiterOf(name, rule, redis)]),
    );
  }

  /** Counts one request, and against the narrower limit of its action if there is one. */
  async count(
    { personId, address }: Counting,
    narrow?: Exclude<Action["rateClass"], "webhook">,
  ): Promise<Counted> {
    const key = personId ?? networkOf(address);
    const ordinary = await this.#countAs(personId === undefined ? "anonymous" : "user", key);
    if (ordinary.refusal || narrow === undefined) return ordinary;
    const narrower = await this.#countAs(narrow, key);
    return { ...narrower, headers: { ...ordinary.headers, ...narrower.headers } };
  }

  async #countAs(limitClass: LimitClass, key: string): Promise<Counted> {
    const limiter = this.#limiters[limitClass];
    if (!limiter) return { headers: {} };
    const rule = RULES[limitClass];
    try {
      return { headers: headersOf(limitClass, rule, await limiter.consume(key)) };
    } catch (refused) {
      if (refused instanceof Error) throw refused;
      const left = refused as RateLimiterRes;
      const retryAfterSeconds = Math.max(1, Math.ceil(left.msBeforeNext / 1000));
      return {
        headers: headersOf(limitClass, rule, left),
        refusal: TooManyRequests({ retryAfterSeconds }),
      };
    }
  }
}

function limiterOf(
  name: string,
  { points, seconds }: { points: number; seconds: number },
  redis?: Redis,
): RateLimiterAbstract {
  const memory = new RateLimiterMemory({ keyPrefix: name, points, duration: seconds });
  if (!redis) return memory;
  return new RateLimiterRedis({
    storeClient: redis,
    keyPrefix: `${config.bus.namespace}:limit:${name}`,
    points,
    duration: seconds,
    inMemoryBlockOnConsumed: points,
    // Otherwise each request waits for the next attempt to connect.
    rejectIfRedisNotReady: true,
    insuranceLimiter: memory,
  });
}

const headersOf = (
  name: string,
  { points, seconds }: { points: number; seconds: number },
  { remainingPoints, msBeforeNext }: RateLimiterRes,
): LimitHeaders => ({
  ratelimit: `"${name}";r=${Math.max(0, remainingPoints)};t=${Math.ceil(msBeforeNext / 1000)}`,
  "ratelimit-policy": `"${name}";q=${points};w=${seconds}`,
});
