/** Tests how a stage merges several schemas of one service. */
import { handle } from "../../lib/bus.ts";
import { command, event } from "../../lib/contract.ts";
import { literal, object } from "../../lib/shape.ts";
import { aFeed } from "./a-feed.ts";
import { stage, publishEvent } from "./stage.ts";
import { standIn } from "./stand-in.ts";

const Boil = command("kitchen.boil", {
  summary: "Boil water.",
  allow: "internal",
  params: {},
  returns: object({ hot: literal(true) }),
});
const Fry = command("kitchen.fry", {
  summary: "Fry an egg.",
  allow: "internal",
  params: {},
  returns: object({ hot: literal(true) }),
});
const Boiled = event("kitchen", "water.boiled", { summary: "It is hot.", payload: {} });
const hot = () => ({ hot: true as const });

test.each([
  ["before", [standIn(Boil, hot), standIn(Fry, hot), aFeed("kitchen")]],
  ["behind", [aFeed("kitchen"), standIn(Boil, hot), standIn(Fry, hot)]],
])("a stand-in %s the feed of its service keeps it", async (_, schemas) => {
  await using harness = await stage(schemas);
  expect(await harness.call(Boil, {})).toEqual({ hot: true });
  expect(await harness.call(Fry, {})).toEqual({ hot: true });
  await publishEvent(harness, "kitchen", Boiled, {});
  expect(await harness.published("kitchen", Boiled)).toEqual([{}]);
});

test("a stand-in of a service whose feed says nothing is there as well", async () => {
  await using harness = await stage([standIn(Boil, hot)], { feeds: ["kitchen"] });
  expect(await harness.call(Boil, {})).toEqual({ hot: true });
});

test("what cannot be joined is refused with a sentence, not lost", async () => {
  const whole = () => ({ name: "kitchen", actions: {}, methods: { cook: () => 1 } });
  await expect(stage([whole(), whole()])).rejects.toThrow(/Two schemas of kitchen .+ Join them\./);
  await expect(stage([aFeed("kitchen"), aFeed("kitchen")])).rejects.toThrow(/two databases/);
  const real = { ...whole(), actions: { fry: handle(Fry, async () => hot()) } };
  await using harness = await stage([standIn(Boil, hot), real]);
  expect(await harness.call(Fry, {})).toEqual({ hot: true });
});
