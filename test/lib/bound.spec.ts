/** What a contract says of access, keys and refusals is done where the action is bound, not by its handler. */
import { v7 } from "uuid";
import { loads, NotAllowed } from "../../lib/access.ts";
import { handle } from "../../lib/bus.ts";
import { command, failure, query, resource } from "../../lib/contract.ts";
import { KeyReused } from "../../lib/idempotency.ts";
import { id, integer, object, text } from "../../lib/shape.ts";
import { Database, type DatabaseService } from "../../mixins/database.mixin.ts";
import { aPerson, stage, type Stage } from "../support/stage.ts";

const PotMissing = failure<{ potId: string }>("POT_MISSING", 404, { en: "None.", fr: "Aucune." });
const Undeclared = failure("POT_UNDECLARED", 409, { en: "No.", fr: "Non." });
const PotResource = resource("pot", (potId) => PotMissing({ potId }));
const potAccess = { resource: PotResource, id: "potId" } as const;
const cup = object({ cup: id() });

const Look = query("pots.look", {
  summary: "Look at a pot.",
  allow: "orders.read",
  access: potAccess,
  params: { potId: id() },
  returns: object({ name: text() }),
  failures: [PotMissing],
});
const Empty = command("pots.empty", {
  summary: "Empty a pot, as staff.",
  allow: "orders.read",
  access: { ...potAccess, staff: true },
  params: { potId: id() },
  returns: object({ name: text() }),
  failures: [PotMissing],
});
const Everywhere = query("pots.everywhere", {
  summary: "Count all pots.",
  allow: "orders.read",
  access: "any",
  params: {},
  returns: object({ pots: integer() }),
});
const Fill = command("pots.fill", {
  summary: "Fill a cup.",
  allow: "authenticated",
  access: "own",
  idempotency: "key",
  params: { sugar: integer(), secret: text({ writeOnly: true }) },
  returns: cup,
});
const Order = command("pots.order", {
  summary: "Order a cup.",
  allow: "authenticated",
  access: "own",
  idempotency: "resource",
  params: { sugar: integer() },
  returns: cup,
});
const Forget = command("pots.forget", {
  summary: "Order a cup, and forget the key.",
  allow: "authenticated",
  access: "own",
  idempotency: "resource",
  params: { sugar: integer() },
  returns: cup,
});
const Break = command("pots.break", {
  summary: "Break all pots.",
  allow: "authenticated",
  access: "own",
  idempotency: "natural",
  params: { sugar: integer() },
  returns: object({}),
});
const Refuse = command("pots.refuse", {
  summary: "Refuse.",
  allow: "public",
  params: {},
  returns: object({}),
});

interface Pot {
  readonly name: string;
  readonly ownerId: string;
  readonly storeId: string;
}
const pots = new Map<string, Pot>();
let found = 0;
let broken = 0;
let harness: Stage;
beforeAll(async () => {
  harness = await stage([
    {
      name: "pots",
      mixins: [Database("pots")],
      resources: {
        pot: loads(
          async (_: DatabaseService, potId) => {
            found += 1;
            return pots.get(potId);
          },
          ({ ownerId, storeId }) => ({ ownerId, storeIds: [storeId] }),
        ),
      },
      actions: {
        look: handle(Look, async (_, __, { name }: Pot) => ({ name })),
        empty: handle(Empty, async (_, __, { name }: Pot) => ({ name })),
        everywhere: handle(Everywhere, async () => ({ pots: pots.size })),
        fill: handle(Fill, async ({ locals, params }, { db }: DatabaseService) => {
          const made = { cup: v7() };
          await db
            .in(locals.tx)
            .run("insert into filled values ($1, $2)", [made.cup, params.sugar]);
          if (params.sugar < 0) throw new Error("too sour");
          return made;
        }),
        order: handle(Order, async ({ locals: { claim } }, { db }: DatabaseService) => {
          const before = await claim?.made();
          if (before !== undefined) return { cup: before };
          return db.transaction(async (tx) => {
            const taken = await claim?.take(db.in(tx));
            if (taken?.fresh === false) return { cup: taken.resourceId ?? "" };
            const made = v7();
            await claim?.keep(db.in(tx), made);
            return { cup: made };
          });
        }),
        forget: handle(Forget, async () => ({ cup: v7() })),
        break: handle(Break, async () => {
          broken += 1;
          return {};
        }),
        refuse: handle(Refuse, async () => {
          throw Undeclared({});
        }),
      },
    },
  ]);
  await harness.db("pots").sql.run("create table filled (id uuid primary key, sugar int unique)");
});
afterAll(() => harness.leave());

const mine = aPerson("user");
const [here, there] = [v7(), v7()];
function aPot(of: Partial<Pot> = {}): string {
  const potId = v7();
  pots.set(potId, { name: "blue", ownerId: v7(), storeId: here, ...of });
  return potId;
}
const clerk = (...stores: string[]) => ({ ...aPerson("stock_clerk"), stores });

describe("access", () => {
  test("the owner, the store's staff and who may see any get the thing, read once", async () => {
    const potId = aPot({ ownerId: mine.id });
    found = 0;
    for (const person of [mine, clerk(there, here), aPerson("accountant")])
      await expect(harness.call(Look, { potId }, person)).resolves.toEqual({ name: "blue" });
    expect(found).toBe(3);
  });

  test("another's thing is refused as one that is not there", async () => {
    const potId = aPot();
    for (const person of [mine, clerk(there), clerk()])
      await expect(harness.call(Look, { potId }, person)).rejects.toMatchObject({
        type: PotMissing.type,
        data: { potId },
      });
    await expect(harness.call(Look, { potId: v7() }, mine)).rejects.toMatchObject({
      type: PotMissing.type,
    });
  });

  test("what is for staff is refused to the owner", async () => {
    const potId = aPot({ ownerId: mine.id });
    await expect(harness.call(Empty, { potId }, mine)).rejects.toMatchObject({
      type: PotMissing.type,
    });
    await expect(harness.call(Empty, { potId }, clerk(here))).resolves.toEqual({ name: "blue" });
  });

  test("what is nobody's in particular needs the scope any", async () => {
    await expect(harness.call(Everywhere, {}, clerk(here))).rejects.toMatchObject({
      type: NotAllowed.type,
    });
    await expect(harness.call(Everywhere, {}, aPerson("accountant"))).resolves.toBeDefined();
  });

  test("a contract that does not say whose thing it touches cannot be bound", () => {
    const { access: _, ...silent } = Look;
    expect(() => handle(silent, async () => ({ name: "" }))).toThrow("access");
  });
});

describe("Idempotency-Key", () => {
  const keyed = () => ({ key: v7() });

  test("of fifty at once one has the effect, and all have its answer", async () => {
    const meta = keyed();
    const asked = { sugar: 1, secret: "a" };
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => harness.call(Fill, asked, mine, meta)),
    );
    expect(new Set(answers.map((one) => one.cup)).size).toBe(1);
  });

  test("a command that failed has kept neither its effect nor its key", async () => {
    const meta = keyed();
    await expect(harness.call(Fill, { sugar: -1, secret: "a" }, mine, meta)).rejects.toThrow();
    await expect(harness.call(Fill, { sugar: 2, secret: "a" }, mine, meta)).resolves.toBeDefined();
    const rows = await harness.db("pots").sql.rows("select 1 from filled where sugar = -1");
    expect(rows).toEqual([]);
  });

  test.each([
    ["key", Fill, { sugar: 11, secret: "a" }, { sugar: 12, secret: "a" }],
    ["resource", Order, { sugar: 1 }, { sugar: 2 }],
    ["natural", Break, { sugar: 1 }, { sugar: 2 }],
  ] as const)(
    "of the kind %s, another request with the same key is refused",
    async (_, contract, first, other) => {
      const meta = keyed();
      const ask = (params: object, person = mine) =>
        harness.call(contract, params as { sugar: number; secret: string }, person, meta);
      const answer = await ask(first);
      await expect(ask(other)).rejects.toMatchObject({ type: KeyReused.type, code: 422 });
      await expect(ask(first)).resolves.toEqual(answer);
      // Two people may use the same text.
      await expect(
        ask({ ...other, sugar: other.sugar + 100 }, aPerson("user")),
      ).resolves.toBeDefined();
    },
  );

  test("a secret is no part of what is kept of a request", async () => {
    const meta = keyed();
    const first = await harness.call(Fill, { sugar: 21, secret: "a" }, mine, meta);
    await expect(harness.call(Fill, { sugar: 21, secret: "b" }, mine, meta)).resolves.toEqual(
      first,
    );
  });

  test("a natural command runs each time", async () => {
    broken = 0;
    const meta = keyed();
    for (let n = 0; n < 3; n += 1) await harness.call(Break, { sugar: 1 }, mine, meta);
    expect(broken).toBe(3);
  });

  test("a handler that does not ask for its key is a fault", async () => {
    await expect(harness.call(Forget, { sugar: 1 }, mine, keyed())).rejects.toThrow(
      "Idempotency-Key",
    );
  });
});

test("a refusal that the contract does not declare is a fault", async () => {
  await expect(harness.call(Refuse, {})).rejects.toMatchObject({
    name: "UndeclaredFailure",
    message: expect.stringContaining("POT_UNDECLARED") as string,
  });
});
