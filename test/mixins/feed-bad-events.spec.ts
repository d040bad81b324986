/** Events that cannot be reacted to: what they cost those around them. */
import { aFeed } from "../support/a-feed.ts";
import { eventually, stage, type Stage } from "../support/stage.ts";
import {
  brew,
  deadLetters,
  drunk,
  guest,
  hurried,
  layTable,
  someCups,
  statementsTo,
} from "./kitchen.ts";

const broken = new Set<string>();
let runs = 0;
const scene = async (): Promise<Stage> => {
  const harness = await stage([
    aFeed("kitchen"),
    guest((cupId) => {
      runs += 1;
      if (broken.has(cupId)) throw new Error("the cup is broken");
    }),
  ]);
  await layTable(harness);
  return harness;
};
let harness: Stage;
beforeAll(async () => (harness = await scene()));
afterAll(() => harness.leave());
beforeEach(async () => {
  broken.clear();
  await harness.db("guest").sql.run("truncate drunk, dead_letter");
});

/** What it costs until all of the cups but `left` are drunk. */
async function cost(cups: readonly string[], left: number) {
  const counter = statementsTo(
    "t_guest",
    /^(?!.*(due_at = now\(\) where|from drunk|from dead_letter))/s,
  );
  const before = runs;
  await brew(harness, cups);
  await hurried(
    harness,
    async () => {
      expect(await deadLetters(harness)).toHaveLength(left);
      expect(await drunk(harness)).toHaveLength(cups.length - left);
    },
    100_000,
  );
  counter.end();
  return { runs: runs - before, statements: counter.sent };
}

test("one bad event among 10,000 costs at most a tenth more, whether its reaction throws or the commit fails", async () => {
  const COUNT = 10_000;
  const good = await cost(someCups(COUNT), 0);

  await harness.db("guest").sql.run("truncate drunk");
  const cups = someCups(COUNT);
  broken.add(cups[5_199] ?? "");
  const thrown = await cost(cups, 1);
  expect(await drunk(harness)).toEqual(cups.filter((cup) => !broken.has(cup)));
  expect(thrown.runs).toBeLessThanOrEqual(1.1 * good.runs);
  expect(thrown.statements).toBeLessThanOrEqual(1.1 * good.statements);

  await harness.db("guest").sql.run("truncate drunk, dead_letter");
  const others = someCups(COUNT);
  const poured = others[5_130] ?? "";
  await harness.db("guest").sql.run("insert into drunk (cup_id) values ($1)", [poured]);
  const before = runs;
  await brew(harness, others);
  await hurried(harness, async () => expect(await drunk(harness)).toHaveLength(COUNT), 100_000);
  expect(await drunk(harness)).toEqual([poured, ...others.filter((cup) => cup !== poured)]);
  const letters = await deadLetters(harness);
  expect(letters).toMatchObject([{ event: { data: { cupId: poured } }, tries: 8 }]);
  expect(runs - before).toBeLessThanOrEqual(1.1 * good.runs);
}, 300_000);

test("many bad events, of both kinds: each other one has one effect, in order, and runs stay in proportion", async () => {
  const cups = someCups(300);
  const bad = cups.filter((_, n) => n % 60 < 2);
  for (const cup of bad.filter((_, n) => n % 2 === 0)) broken.add(cup);
  const poured = bad.filter((cup) => !broken.has(cup));
  for (const cup of poured)
    await harness.db("guest").sql.run("insert into drunk (cup_id) values ($1)", [cup]);
  const before = runs;
  await brew(harness, cups);
  await hurried(
    harness,
    async () => expect(await deadLetters(harness)).toHaveLength(bad.length),
    100_000,
  );
  const good = cups.filter((cup) => !bad.includes(cup));
  await eventually(async () => expect(await drunk(harness)).toEqual([...poured, ...good]), 60_000);
  const letters = await deadLetters(harness);
  expect(letters.map(({ event }) => (event.data as { cupId: string }).cupId)).toEqual(bad);
  expect(letters.map(({ tries }) => tries)).toEqual(bad.map(() => 8));
  expect(runs - before).toBeLessThanOrEqual(3 * good.length + 10 * bad.length);
}, 150_000);

test("an event whose reaction fails for a moment only is done in its turn, once", async () => {
  const cups = someCups(50);
  const shaky = cups[20] ?? "";
  broken.add(shaky);
  await brew(harness, cups);
  await eventually(async () => expect(await drunk(harness)).toEqual(cups.slice(0, 20)), 30_000);
  broken.clear();
  await hurried(harness, async () => expect(await drunk(harness)).toEqual(cups));
  expect(await deadLetters(harness)).toEqual([]);
}, 90_000);
