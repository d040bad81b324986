import { singleFlight } from "../../lib/single-flight.ts";

test("asked for many times at once, it works once and then once more", async () => {
  let runs = 0;
  const run = singleFlight(async () => {
    runs += 1;
    await Promise.resolve();
  });
  await Promise.all([run(), run(), run(), run()]);
  expect(runs).toBe(2);
});

test("whoever asks waits for a run that began after the asking", async () => {
  const seen: string[] = [];
  let wanted = "first";
  const run = singleFlight(async () => {
    const mine = wanted;
    await Promise.resolve();
    seen.push(mine);
  });
  const first = run();
  wanted = "second";
  await run();
  expect(seen).toEqual(["first", "second"]);
  await first;
});

test("after it failed, it can be asked for again, and those who waited are served", async () => {
  let runs = 0;
  const run = singleFlight(async () => {
    runs += 1;
    await Promise.resolve();
    if (runs === 1) throw new Error("no bus");
  });
  const failing = run();
  const waiting = run();
  await expect(failing).rejects.toThrow("no bus");
  await expect(waiting).resolves.toBeUndefined();
});

test("with a rest, all who ask meanwhile are served by one run after it", async () => {
  const began: number[] = [];
  const restMs = 40;
  const run = singleFlight(
    async () => {
      began.push(performance.now());
      await Promise.resolve();
    },
    { restMs },
  );
  const first = run();
  const [second, third] = [run(), run()];
  await first;
  await Promise.all([second, third, run()]);
  const [at = 0, again = 0] = began;
  expect(began).toHaveLength(2);
  expect(again - at).toBeGreaterThanOrEqual(restMs - 2);
});

test("a run that never comes back held up all later ones: it is given up, and the next begins", async () => {
  const exceeded: string[] = [];
  let runs = 0;
  const late = Promise.withResolvers<void>();
  const run = singleFlight(
    async () => {
      runs += 1;
      if (runs === 1) await late.promise;
    },
    { limit: { ms: 30, onExceeded: ({ message }) => exceeded.push(message) } },
  );
  const first = run();
  const [second, third] = [run(), run()];
  await Promise.all([first, second, third]);
  expect(runs).toBe(2);
  expect(exceeded).toEqual(["A run has not come back within 30 ms."]);
  // What the first one still says is nobody's.
  late.reject(new Error("late"));
  await run();
  expect(runs).toBe(3);
});

test("a run that fails within its limit fails as without", async () => {
  const exceeded: Error[] = [];
  const run = singleFlight(() => Promise.reject(new Error("no bus")), {
    limit: { ms: 10_000, onExceeded: (error) => exceeded.push(error) },
  });
  await expect(run()).rejects.toThrow("no bus");
  expect(exceeded).toEqual([]);
});
