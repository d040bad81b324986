import { concurrencyLimiter } from "../../lib/concurrency-limiter.ts";

const limits = {
  atOnce: 2,
  maxHoldMs: 60_000,
  queueTimeoutMs: 60_000,
  maxWaiting: 100,
  full: () => new Error("full"),
};
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("so many at once, the others in the order they came", async () => {
  const inTurn = concurrencyLimiter(limits);
  const begun: number[] = [];
  const doors = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
  const all = doors.map(({ promise }, n) =>
    inTurn(async () => {
      begun.push(n);
      await promise;
      return n;
    }),
  );
  await settled();
  expect(begun).toEqual([0, 1]);
  doors[1]?.resolve();
  await settled();
  expect(begun).toEqual([0, 1, 2]);
  for (const { resolve } of doors) resolve();
  await expect(Promise.all(all)).resolves.toEqual([0, 1, 2, 3, 4]);
  await settled();
  await expect(inTurn(async () => "again")).resolves.toBe("again");
});

test("whoever fails makes room too", async () => {
  const inTurn = concurrencyLimiter({ ...limits, atOnce: 1 });
  const failing = inTurn(() => Promise.reject(new Error("no")));
  const next = inTurn(async () => "mine");
  await expect(failing).rejects.toThrow("no");
  await expect(next).resolves.toBe("mine");
});

test("those who only wait for something else hold up nobody", async () => {
  const inTurn = concurrencyLimiter({ ...limits, atOnce: 1, maxHoldMs: 5 });
  const hanging = Promise.withResolvers<string>();
  const first = inTurn(() => hanging.promise);
  await expect(inTurn(async () => "second")).resolves.toBe("second");
  hanging.resolve("first");
  await expect(first).resolves.toBe("first");
  // It has left once, not twice: only one is let in at a time still.
  const held = Promise.withResolvers<void>();
  const inside = concurrencyLimiter({ ...limits, atOnce: 1 });
  const [one, order] = [inside(() => held.promise), [] as string[]];
  const two = inside(async () => void order.push("two"));
  await settled();
  expect(order).toEqual([]);
  held.resolve();
  await Promise.all([one, two]);
});

test("who comes while too many wait, or has waited too long, is turned away", async () => {
  const inTurn = concurrencyLimiter({ ...limits, atOnce: 1, maxWaiting: 1, queueTimeoutMs: 0 });
  const door = Promise.withResolvers<void>();
  const first = inTurn(() => door.promise);
  const late = inTurn(async () => "late");
  await expect(inTurn(async () => "third")).rejects.toThrow("full");
  door.resolve();
  await expect(late).rejects.toThrow("full");
  await first;
  await settled();
  await expect(inTurn(async () => "free again")).resolves.toBe("free again");
});
