/** Access is judged where the action runs, and a cached answer does not pass by it. */
import { handle } from "../../lib/bus.ts";
import { command } from "../../lib/contract.ts";
import { object, text } from "../../lib/shape.ts";
import { aPerson, stage, type Stage } from "../support/stage.ts";

const Secret = command("vault.read", {
  summary: "Read the secret.",
  allow: "stock.adjust",
  access: "own",
  params: {},
  returns: object({ secret: text(), scope: text() }),
  cache: { keys: ["none"], seconds: 60 },
});
const Mine = command("vault.mine", {
  summary: "Say who asks.",
  allow: "authenticated",
  access: "own",
  params: {},
  returns: object({ id: text() }),
});
const Leaky = command("vault.leak", {
  summary: "Answer more than was promised.",
  allow: "public",
  params: {},
  returns: object({ name: text() }),
});

let harness: Stage;
let reads = 0;
beforeAll(async () => {
  harness = await stage([
    {
      name: "vault",
      actions: {
        read: handle(Secret, async (ctx) => {
          reads += 1;
          return { secret: "tea", scope: ctx.locals.caller.scope };
        }),
        mine: handle(Mine, async (ctx) => ({ id: ctx.locals.caller.id })),
        leak: handle(Leaky, async () => ({ name: "ann", passwordHash: "x" })),
      },
    },
  ]);
});
afterAll(() => harness.leave());

test("who may gets the answer, also a kept one", async () => {
  const clerk = aPerson("stock_clerk");
  await expect(harness.call(Secret, {}, clerk)).resolves.toMatchObject({ scope: "store" });
  await harness.call(Secret, {}, clerk);
  expect(reads).toBe(1);
});

test("although the answer is kept, nobody gets it who may not", async () => {
  await harness.call(Secret, {}, aPerson("admin"));
  await expect(harness.call(Secret, {})).rejects.toMatchObject({
    type: "NOT_SIGNED_IN",
    code: 401,
  });
  await expect(harness.call(Secret, {}, aPerson("user"))).rejects.toMatchObject({
    type: "NOT_ALLOWED",
    code: 403,
  });
});

test.each([
  ["a made-up principal", "eyJhbGciOiJub25lIn0.e30."],
  ["plain data", '{"id":"1","roles":["admin"]}'],
])("%s is nobody", async (_, principal) => {
  await expect(harness.call(Mine, {}, undefined, { principal })).rejects.toMatchObject({
    type: "TOKEN_INVALID",
  });
});

test("the caller is who the principal says", async () => {
  const ann = aPerson();
  await expect(harness.call(Mine, {}, ann)).resolves.toEqual({ id: ann.id });
});

test("an answer with a field too many is stopped before it leaves", async () => {
  await expect(harness.call(Leaky, {})).rejects.toMatchObject({ type: "CONTRACT_BROKEN" });
});
