/** What a service calls is what its manifest says. */
import { globSync, readFileSync } from "node:fs";
import { isAction } from "../../lib/contract.ts";
import { MANIFESTS } from "../../services/manifests.ts";
import { stage } from "../support/stage.ts";

test("a call that the manifest does not declare is refused, and one that it declares is not", async () => {
  const ask = (action: string) => ({
    handler: (ctx: { call(name: string): Promise<unknown> }) => ctx.call(action),
  });
  await using harness = await stage([
    { name: "identity", actions: { undeclared: ask("orders.resolve") } },
    {
      name: "carts",
      actions: { declared: ask("orders.resolve"), own: ask("carts.other"), other: () => "other" },
    },
    { name: "orders", actions: { resolve: () => "resolved" } },
  ]);
  const call = (name: string) => harness.audience.call(name);
  await expect(call("identity.undeclared")).rejects.toThrow(
    "identity calls orders.resolve, which its manifest does not declare",
  );
  expect(await call("carts.declared")).toBe("resolved");
  expect(await call("carts.own")).toBe("other");
});

/** Names of the actions of others whose contracts the files of a service import as values. */
async function importedBy(service: string): Promise<string[]> {
  const found = globSync(`services/${service}/**/*.ts`).flatMap((file) =>
    [
      ...readFileSync(file, "utf8").matchAll(
        /^import \{([^}]*)\} from "[^"]*\/(\w+)\.contract\.ts"/gm,
      ),
    ]
      .filter(([, , from]) => from !== service)
      .flatMap(([, names = "", from = ""]) =>
        names.split(",").map((name) => ({ from, name: name.trim().split(" ")[0] ?? "" })),
      ),
  );
  const actions = await Promise.all(
    found.map(async ({ from, name }) => {
      const contract = (await import(`../../services/${from}/${from}.contract.ts`)) as object;
      const value: unknown = Object.entries(contract).find(([key]) => key === name)?.[1];
      return isAction(value) ? [value.name] : [];
    }),
  );
  return [...new Set(actions.flat())].sort();
}

test.each(
  MANIFESTS.filter(({ edge }) => !edge).map(({ name, calls = [] }) => [name, calls] as const),
)("%s declares what it calls, and nothing else", async (service, calls) => {
  const others = calls.filter((name) => !name.startsWith(`${service}.`) && !name.startsWith("$"));
  expect(others.toSorted()).toEqual(await importedBy(service));
});

/** Questions about an order by those that it asks: the answer is read from its rows, and calls nobody. */
const ANSWERED_FROM_ROWS = ["orders.resolve", "orders.amountDue"];

test("calls have no circle", () => {
  const called = new Map(
    MANIFESTS.filter(({ edge }) => !edge).map(({ name, calls = [] }) => {
      const asked = calls.filter((action) => !ANSWERED_FROM_ROWS.includes(action));
      return [name, new Set(asked.map((action) => action.split(".")[0] ?? ""))] as const;
    }),
  );
  const reached = (from: string, seen: readonly string[] = []): string[] =>
    [...(called.get(from) ?? [])].flatMap((to) =>
      to === from || seen.includes(to) ? [to] : [to, ...reached(to, [...seen, to])],
    );
  for (const name of called.keys()) {
    const others = [...(called.get(name) ?? [])].filter((to) => to !== name);
    expect([name, others.filter((to) => reached(to).includes(name))]).toEqual([name, []]);
  }
});
