/** The commands of DOCUMENTATION.md, sent to a company, are answered as it says. */
import { readFileSync } from "node:fs";
import { type Company, company } from "../support/company.ts";
import { aStore, goods } from "../support/trade.ts";

let shop: Company;
beforeAll(async () => {
  shop = await company();
  const { code } = await aStore(shop, { shipsWeb: true });
  await goods(shop, { stock: { [code]: 10 } });
}, 60_000);
afterAll(() => shop.leave());

const EXAMPLE =
  /^curl -s '?localhost:3000(\S+?)'?( .*)?\n# → (\d{3}) (\{.*?\})((?: [A-Z]+=[\w.]+)*)$/gm;

/** What stands at `products.0.id`. */
const at = (answer: unknown, place: string) =>
  place.split(".").reduce<unknown>((it, key) => (it as Record<string, unknown>)[key], answer);

test("what people copy works", async () => {
  const text = readFileSync("DOCUMENTATION.md", "utf8");
  const examples = [...text.matchAll(EXAMPLE)];
  expect(examples.length).toBe(text.match(/^curl /gm)?.length);
  const known = new Map<string, string>();
  const filled = (it: string) =>
    it.replace(/\$([A-Z]+)/g, (_, name: string) => known.get(name) ?? "?");
  for (const [, where = "", rest = "", status, part = "", retained = ""] of examples) {
    const headers = [...rest.matchAll(/-H ['"](.+?): (.+?)['"]/g)].map(
      ([, name = "", value = ""]): [string, string] => [name, filled(value)],
    );
    const body = / -d '(.+)'/.exec(rest)?.[1];
    const answer = await fetch(shop.base + filled(where), {
      headers,
      ...(body !== undefined && { method: "POST", body: filled(body) }),
    });
    const output: unknown = await answer.json();
    expect({ where, status: answer.status, output }).toMatchObject({
      where,
      status: Number(status),
      output: JSON.parse(part) as object,
    });
    for (const [, name = "", place = ""] of retained.matchAll(/([A-Z]+)=([\w.]+)/g))
      known.set(name, String(at(output, place)));
  }
});
