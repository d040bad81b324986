import { setTimeout as after } from "node:timers/promises";
import { hashNow } from "../../../../../services/identity/adapters/passwords/bcrypt.ts";
import {
  type PasswordPool,
  type PasswordPoolOptions,
  passwordPool,
} from "../../../../../services/identity/adapters/passwords/pool.ts";
import { PasswordTooLong } from "../../../../../services/identity/adapters/passwords/policy.ts";
import { PasswordsBusy } from "../../../../../services/identity/adapters/passwords/threads.ts";

const COST = 4;
const SLOW = 12;
const opened: PasswordPool[] = [];
function poolWith(options: PasswordPoolOptions = {}): PasswordPool {
  const pool = passwordPool({ cost: COST, threads: 1, maxWaitMs: 30_000, ...options });
  opened.push(pool);
  return pool;
}
afterEach(async () => {
  await Promise.all(opened.splice(0).map((pool) => pool.close()));
});
const busy = { type: PasswordsBusy.type, code: 503, retryable: false };

describe("passwords", () => {
  test("match their own hash and no other", async () => {
    const pool = poolWith();
    const hash = await pool.hash("four unrelated words");
    expect(hash).toMatch(/^\$2b\$04\$/);
    expect(await pool.verify("four unrelated words", hash)).toBe(true);
    expect(await pool.verify("four unrelated word", hash)).toBe(false);
    expect(await pool.verifyUnknown("four unrelated words")).toBe(false);
  });

  test("are hashed at cost 12 when nothing else is said", async () => {
    const pool = passwordPool();
    opened.push(pool);
    expect(await pool.hash("four unrelated words")).toMatch(/^\$2b\$12\$/);
  });

  test("cost the same work whether the person is known or not", async () => {
    const pool = poolWith({ cost: 6 });
    const hash = hashNow("right", 6);
    const workOf = async (ask: () => Promise<boolean>) => {
      const { computations, rounds } = pool.status();
      await ask();
      const now = pool.status();
      return [now.computations - computations, now.rounds - rounds];
    };
    for (const ask of [
      () => pool.verify("right", hash),
      () => pool.verify("wrong", hash),
      () => pool.verify("right", "not a hash"),
      () => pool.verify("right", ""),
      () => pool.verifyUnknown("right"),
    ]) {
      expect(await workOf(ask)).toEqual([1, 64]);
    }
  });

  test.each([
    ["weaker", hashNow("x", COST), true],
    ["equal", hashNow("x", 5), false],
    ["stronger", hashNow("x", 6), false],
    ["no hash", "plain", true],
  ])("whose hash is %s need another: %#", (_, hash, needed) => {
    expect(poolWith({ cost: 5 }).needsRehash(hash)).toBe(needed);
  });

  test("beyond 128 characters are refused before any work, even a megabyte of them", async () => {
    const pool = poolWith();
    const refused = { type: PasswordTooLong.type, code: 400 };
    for (const long of ["x".repeat(129), "é".repeat(129), "x".repeat(1_000_000)]) {
      await expect(pool.hash(long)).rejects.toMatchObject(refused);
      await expect(pool.verify(long, hashNow("x", COST))).rejects.toMatchObject(refused);
      await expect(pool.verifyUnknown(long)).rejects.toMatchObject(refused);
    }
    expect(pool.status()).toMatchObject({ threads: 0, computations: 0 });
    expect(await pool.verify("🔑".repeat(128), await pool.hash("🔑".repeat(128)))).toBe(true);
  });
});

describe("the pool", () => {
  test("has no thread before it is needed, and none when idle for a while", async () => {
    const pool = poolWith({ threads: 2, idleMs: 20 });
    expect(pool.status().threads).toBe(0);
    const hashes = Promise.all([pool.hash("a"), pool.hash("b"), pool.hash("c")]);
    expect(pool.status().threads).toBe(2);
    await hashes;
    while (pool.status().threads > 0) await after(5);
    expect(await pool.verify("a", hashNow("a", COST))).toBe(true);
  });

  test("uses no more threads than it may, whoever asks", async () => {
    const pool = poolWith({ threads: 2 });
    const all = Array.from({ length: 12 }, () => pool.hash("x"));
    expect(pool.status()).toMatchObject({ threads: 2, running: 2, queued: 10 });
    expect(new Set(await Promise.all(all)).size).toBe(12);
    expect(pool.status()).toMatchObject({ threads: 2, running: 0, queued: 0, computations: 12 });
  });

  test("does not hold up the event loop while it works", async () => {
    const pool = poolWith({ cost: SLOW });
    let turns = 0;
    const count = setInterval(() => (turns += 1), 1);
    await pool.hash("x");
    clearInterval(count);
    expect(turns).toBeGreaterThan(20);
  });

  test("lets so many wait and refuses the next at once, saying when to come back", async () => {
    const pool = poolWith({ queueLimit: 3 });
    const taken = [1, 2, 3, 4].map(() => pool.hash("x"));
    const refused = pool.hash("x");
    await expect(refused).rejects.toMatchObject({
      ...busy,
      data: { retryAfterSeconds: expect.any(Number) },
    });
    await expect(refused).rejects.toThrow(/[1-9]\d* s\.$/);
    await expect(Promise.all(taken)).resolves.toHaveLength(4);
    await expect(pool.hash("x")).resolves.toBeDefined();
  });

  test("lets 50 wait when nothing else is said", async () => {
    const pool = passwordPool({ cost: COST, threads: 1, maxWaitMs: 30_000 });
    opened.push(pool);
    const answers = await Promise.allSettled(Array.from({ length: 60 }, () => pool.hash("x")));
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(51);
  });

  test("computes nothing for who has waited too long", async () => {
    const pool = poolWith({ cost: 9, maxWaitMs: 1 });
    const [first, ...late] = await Promise.allSettled([1, 2, 3].map(() => pool.hash("x")));
    expect(first?.status).toBe("fulfilled");
    for (const answer of late) {
      expect(answer).toMatchObject({ status: "rejected", reason: busy });
    }
    expect(pool.status().computations).toBe(1);
  });
});
