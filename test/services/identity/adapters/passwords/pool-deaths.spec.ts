import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  type PasswordPool,
  type PasswordPoolOptions,
  passwordPool,
} from "../../../../../services/identity/adapters/passwords/pool.ts";
import {
  PasswordsBusy,
  threadsFor,
} from "../../../../../services/identity/adapters/passwords/threads.ts";

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

describe("when a thread dies", () => {
  const worker = new URL("dying-worker.ts", import.meta.url);

  test.each([
    ["exit", /The thread ended/],
    ["throw", /The thread failed: struck/],
    ["hang", /took too long/],
  ])("by %s, its job gets an error and the others are done by another", async (death, output) => {
    const pool = poolWith({ worker, maxRunMs: death === "hang" ? 3_000 : 30_000 });
    const [before, dead, ...waiting] = await Promise.allSettled([
      pool.hash("before"),
      pool.hash(death),
      pool.hash("one"),
      pool.hash("two"),
    ]);
    expect(before.status).toBe("fulfilled");
    expect(dead).toMatchObject({ reason: { message: expect.stringMatching(output) } });
    expect(waiting.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
    expect(pool.status()).toMatchObject({ threads: 1, running: 0, queued: 0 });
  });

  test("at its start, every job gets an error and none waits for ever", async () => {
    const pool = poolWith({ worker: new URL("there-is-no-such-worker.ts", import.meta.url) });
    const answers = await Promise.allSettled([1, 2, 3].map(() => pool.hash("x")));
    expect(answers.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    expect(pool.status()).toMatchObject({ threads: 0, running: 0, queued: 0 });
  });

  test("it is not of a job that it cannot do: only that job gets an error", async () => {
    const real = new URL(
      "../../../../../services/identity/adapters/passwords/worker.ts",
      import.meta.url,
    );
    const limits = { threads: 1, queueLimit: 1, maxWaitMs: 5_000, maxRunMs: 5_000, idleMs: 5_000 };
    const threads = threadsFor<object>(real, limits);
    await expect(threads.run({ kind: "hash" })).rejects.toThrow(/normalize/);
    await expect(threads.run({ kind: "hash", password: "x", cost: COST })).resolves.toBeDefined();
    expect(threads.status().threads).toBe(1);
    await threads.close();
  });
});

describe("when it closes", () => {
  test("everyone who waits is answered, and nothing more is taken", async () => {
    const pool = poolWith({ cost: SLOW });
    const waiting = [1, 2, 3].map(() => pool.hash("x"));
    const answers = Promise.allSettled(waiting);
    await pool.close();
    expect((await answers).map(({ status }) => status)).toEqual(Array(3).fill("rejected"));
    await expect(pool.hash("x")).rejects.toMatchObject(busy);
    expect(pool.status()).toMatchObject({ threads: 0, running: 0, queued: 0 });
    await expect(pool.close()).resolves.toBeUndefined();
  });

  test("an idle pool does not keep a process alive", async () => {
    const pool = new URL(
      "../../../../../services/identity/adapters/passwords/pool.ts",
      import.meta.url,
    );
    const program = `
      const { passwordPool } = await import(${JSON.stringify(pool.href)});
      console.log((await passwordPool({ cost: 4, idleMs: 600_000 }).hash("x")).length);
    `;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
      timeout: 20_000,
    });
    let out = "";
    child.stdout.on("data", (bytes: Buffer) => (out += bytes.toString()));
    const [code] = await once(child, "close");
    expect([code, out.trim()]).toEqual([0, "60"]);
  });
});
