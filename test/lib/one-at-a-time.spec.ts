import { oneAtATime } from "../../lib/one-at-a-time.ts";

test("asked for many times at once, it works once and then once more", async () => {
  let runs = 0;
  const run = oneAtATime(async () => {
    runs += 1;
    await Promise.resolve();
  });
  await Promise.all([run(), run(), run(), run()]);
  expect(runs).toBe(2);
});

test("whoever asks waits for a run that began after the asking", async () => {
  const seen: string[] = [];
  let wanted = "first";
  const run = oneAtATime(async () => {
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
  const run = oneAtATime(async () => {
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
  const run = oneAtATime(
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
