/** The collection for Postman asks for what there is; `npm run postman` shows that it is answered so. */
import { readFileSync } from "node:fs";
import { routesOf } from "../../lib/contract.ts";
import { ACTIONS } from "../../services/registry.ts";

interface Item {
  readonly name: string;
  readonly item?: readonly Item[];
  readonly request?: { readonly method: string; readonly url: { readonly path: string[] } };
  readonly event?: readonly { readonly script: { readonly exec: readonly string[] } }[];
}
const text = readFileSync("docs/postman/comptoir.postman_collection.json", "utf8");
const { item: items, ...collection } = JSON.parse(text) as { item: readonly Item[] };
const requests = (all: readonly Item[]): Item[] =>
  all.flatMap((one) => (one.item ? requests(one.item) : [one]));

/** Of the system itself, without contracts. */
const PAGES = ["GET /health", "GET /ready", "GET /openapi.json"];
const ROUTES = ACTIONS.flatMap(routesOf).map(
  ({ method, path }) => new RegExp(`^${method} ${path.replaceAll(/:\w+/g, "[^/]+")}$`),
);

test("it is a collection that Postman reads", () => {
  const schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";
  expect(collection).toMatchObject({ info: { schema } });
});

test.each(requests(items).map((one) => [one.name, one] as const))(
  "%s: there is such a route, and something must be true of its answer",
  (_, { request, event = [] }) => {
    const line = `${request?.method} /${request?.url.path.join("/")}`;
    expect([line, PAGES.includes(line) || ROUTES.some((route) => route.test(line))]).toEqual([
      line,
      true,
    ]);
    expect(event.flatMap(({ script }) => script.exec).join("\n")).toContain("pm.test(");
  },
);
