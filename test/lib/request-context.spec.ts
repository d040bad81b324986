/** Who did it, and under which trace, is known at the far end of a chain of calls on other nodes. */
import { randomUUID } from "node:crypto";
import { requestContext } from "../../lib/request-context.ts";
import { call, handle } from "../../lib/bus.ts";
import { command, event } from "../../lib/contract.ts";
import { groupCommit, runAs } from "../../lib/group-commit.ts";
import { read } from "../../lib/feed.ts";
import { object, text } from "../../lib/shape.ts";
import { Database, type DatabaseService } from "../../mixins/database.mixin.ts";
import { principalFor } from "../../lib/principal.ts";
import { aPerson, stage, type Stage } from "../support/stage.ts";

const word = { word: text() };
const Ask = command("front.ask", {
  summary: "",
  allow: "authenticated",
  access: "own",
  params: word,
  returns: object(word),
});
const Write = command("back.write", {
  summary: "",
  allow: "public",
  params: word,
  returns: object(word),
});
const Written = event("back", "word.written", { summary: "", payload: word });

let harness: Stage;
beforeAll(async () => {
  harness = await stage([
    {
      name: "front",
      actions: { ask: handle(Ask, (ctx) => call(ctx, Write, ctx.params)) },
    },
    {
      name: "back",
      mixins: [Database("back")],
      actions: {
        write: handle(Write, async (ctx, { db }: DatabaseService) => {
          await db.transaction(async (tx) => db.publish(tx, Written, ctx.params));
          return { word: requestContext().traceId ?? "none" };
        }),
      },
    },
  ]);
});
afterAll(() => harness.leave());

test("an event names the person who caused it and the trace of the first request", async () => {
  const person = aPerson();
  const requestID = randomUUID();
  const meta = { principal: principalFor(person) };
  const { word: traced } = await call(harness.audience, Ask, { word: "tea" }, { meta, requestID });
  expect(traced).toBe(requestID);

  await harness.published("back", Written);
  const [published] = (await read(harness.db("back").sql, { after: 0, limit: 10 })).events;
  expect(published).toMatchObject({ traceId: requestID, actor: person.id, data: { word: "tea" } });
});

test("of commands carried out together, each event is told in the name of who sent its own", async () => {
  const { db } = harness.service<DatabaseService>("back");
  const write = groupCommit<{ word: string }, string>({
    name: "back.group",
    full: () => new Error("full"),
    run: (group) =>
      db.transaction(async (tx) => {
        for (const command of group) runAs(command, () => db.publish(tx, Written, command));
        return group.map(({ word: one }) => one);
      }),
  });
  const { runInContext } = await import("../../lib/request-context.ts");
  const people = ["ann", "bob", "eve"];
  await Promise.all(
    people.map((actor) =>
      runInContext({ actor, traceId: `t-${actor}` }, () => write({ word: actor })),
    ),
  );

  await harness.published("back", Written);
  const published = (await read(db.sql, { after: 1, limit: 10 })).events.map(
    ({ actor, traceId, data }) => [actor, traceId, data],
  );
  expect(published).toEqual(people.map((actor) => [actor, `t-${actor}`, { word: actor }]));
});
