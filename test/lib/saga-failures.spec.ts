/** Steps that fail, or never come back, are never silent. */
import { DONE, type Move } from "../../lib/saga.ts";
import { DatabaseBusy } from "../../lib/sql.ts";
import { aFeed } from "../support/a-feed.ts";
import { stage, type Stage } from "../support/stage.ts";
import { kitchen, slow, type Steps, straight } from "./sagas.ts";

let harness: Stage;
let nodeWith: ReturnType<typeof kitchen>["nodeWith"];
let begun: ReturnType<typeof kitchen>["begun"];
let rowOf: ReturnType<typeof kitchen>["rowOf"];
let logOf: ReturnType<typeof kitchen>["logOf"];
let makeDue: ReturnType<typeof kitchen>["makeDue"];
beforeAll(async () => {
  harness = await stage([aFeed("kitchen")]);
  ({ nodeWith, begun, rowOf, logOf, makeDue } = kitchen(harness.db("kitchen")));
});
afterAll(() => harness.leave());
const db = () => harness.db("kitchen");

describe("a step that fails is logged", () => {
  const failing = (error: () => Error): Steps => ({
    boil: async (): Promise<Move> => {
      throw error();
    },
  });

  test("with its process, its name, the attempt and the error", async () => {
    const spilt = new TypeError("spilt");
    const node = nodeWith(failing(() => spilt));
    const id = await begun(node);
    await node.sagas.drive(id);
    await makeDue(id);
    await node.sagas.runDue();
    expect(node.output).toEqual(
      [1, 2].map((attempt) => ({
        level: "error",
        text: `The step boil of tea ${id} failed (attempt ${attempt}); it will be tried again.`,
        error: spilt,
      })),
    );
  });

  test("quietly where it should pass, until it has not for the fifth time", async () => {
    const busy = () => Object.assign(DatabaseBusy({ reason: "test" }), { retryable: true });
    const node = nodeWith(failing(busy));
    const id = await begun(node);
    await node.sagas.drive(id);
    for (let n = 2; n <= 6; n += 1) {
      await makeDue(id);
      await node.sagas.runDue();
    }
    const quiet = Array.from({ length: 4 }, () => "debug");
    expect(node.output.map(({ level }) => level)).toEqual([...quiet, "warn", "warn"]);
  });

  test("also where the error cannot be noted, because the database is away too", async () => {
    const away = () => Promise.reject(new Error("away"));
    const node = nodeWith(
      failing(() => new Error("spilt")),
      {
        on: { ...db(), sql: { ...db().sql, run: away } },
      },
    );
    await node.sagas.drive(await begun(node));
    expect(node.output.map(({ level, error }) => [level, String(error)])).toEqual([
      ["error", "Error: spilt"],
      ["error", "Error: away"],
    ]);
  });

  test("and so is a process that cannot be looked up", async () => {
    const away = () => Promise.reject(new Error("away"));
    const node = nodeWith(straight, { on: { ...db(), sql: { ...db().sql, row: away } } });
    await node.sagas.drive(await begun(nodeWith(straight)));
    expect(node.output).toMatchObject([{ level: "error", error: { message: "away" } }]);
  });
});

test("a step that never comes back is given up, logged, and left to whoever is next", async () => {
  const hanging = slow({ to: DONE, outcome: "boiled late" });
  const node = nodeWith({ ...straight, boil: hanging.step }, { stepLimitMs: 100 });
  const id = await begun(node);
  await node.sagas.drive(id);
  expect(node.output).toMatchObject([
    { level: "error", error: { message: "The step has not come back within 100 ms." } },
  ]);
  expect((await rowOf(id)).last_error).toContain("has not come back");
  await nodeWith(straight).sagas.drive(id);
  hanging.end();
  expect(await logOf(id)).toEqual(["boil begun", "boil boiled", "pour poured"]);
});
