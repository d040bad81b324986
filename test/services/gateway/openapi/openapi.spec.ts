/** The document says of the API what the contracts say, once, and so that generators understand it. */
import type { TSchema } from "@sinclair/typebox";
import type { Action } from "../../../../lib/contract.ts";
import { ACTIONS } from "../../../../services/registry.ts";
import { openapi } from "../../../../services/gateway/openapi/openapi.ts";

type Json = Record<string, unknown>;
interface Operation {
  readonly operationId?: string;
  readonly deprecated?: boolean;
  readonly description: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly Json[];
  readonly requestBody?: { readonly content: Record<string, Json> };
  readonly responses: Record<string, Json & { readonly content?: Record<string, Json> }>;
}
const document = openapi() as {
  servers: { url: string }[];
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, Json>>;
};
const OPERATIONS = Object.entries(document.paths).flatMap(([address, item]) =>
  Object.entries(item)
    .filter(([method]) => method !== "parameters")
    .map(([method, operation]) => [`${method.toUpperCase()} ${address}`, operation] as const),
);
const operation = (line: string) => {
  const found = OPERATIONS.find(([it]) => it === line);
  if (!found) throw new Error(`${line} is not documented.`);
  return found[1];
};
const isObject = (it: unknown): it is Json => typeof it === "object" && it !== null;
const partsOf = (it: unknown): Json[] =>
  isObject(it) ? [...(Array.isArray(it) ? [] : [it]), ...Object.values(it).flatMap(partsOf)] : [];

/** Objects with fields that have no name, down to the next one that has one. */
const anonymous = (it: unknown): Json[] =>
  !isObject(it) || "$id" in it
    ? []
    : [
        ...(isObject(it.properties) && Object.keys(it.properties).length > 0 ? [it] : []),
        ...Object.values(it).flatMap(anonymous),
      ];
const shapesOf = ({ params, returns }: Action): TSchema[] => [...Object.values(params), returns];

test("every object that more than one contract uses has a name", () => {
  const users = new Map<string, Set<string>>();
  const named = ACTIONS.flatMap(shapesOf)
    .flatMap(partsOf)
    .filter((it) => typeof it["$id"] === "string")
    .map(({ $id, ...rest }) => [String($id), rest] as const);
  const all = [...ACTIONS.map((it) => [it.name, shapesOf(it)] as const), ...named];
  for (const [name, shapes] of all)
    for (const shape of anonymous(shapes).filter((it) => it !== shapes)) {
      const words = JSON.stringify(shape, (key, value: unknown) =>
        key === "description" ? undefined : value,
      );
      users.set(words, (users.get(words) ?? new Set()).add(name));
    }
  const unnamed = [...users].filter(([, by]) => by.size > 1).map(([words, by]) => [words, [...by]]);
  expect(users.size).toBeGreaterThan(30);
  expect(unnamed).toEqual([]);
});

test("every name that is referred to is there, and the other way round", () => {
  const text = JSON.stringify(document);
  const named = [...text.matchAll(/"\$ref":"#\/components\/(\w+)\/([^"]+)"/g)];
  const referred = new Set(named.map(([, kind, name]) => `${kind}/${name}`));
  const written = Object.entries(document.components)
    .filter(([kind]) => kind !== "securitySchemes")
    .flatMap(([kind, all]) => Object.keys(all).map((name) => `${kind}/${name}`));
  expect([...referred].filter((it) => !written.includes(it))).toEqual([]);
  // Those that every answer has are said in prose.
  const everywhere = ["X-Request-ID", "Content-Language", "RateLimit", "RateLimit-Policy"];
  const unused = written.filter((it) => !referred.has(it));
  expect(unused.filter((it) => !everywhere.includes(it.replace("headers/", "")))).toEqual([]);
});

test("it stays small: each object is written once", () => {
  expect(JSON.stringify(document).length).toBeLessThan(370_000);
  expect(JSON.stringify(document.components["schemas"]).length).toBeLessThan(100_000);
});

test("there is one operation id for each action, and routes kept for old clients name the first", () => {
  const ids = OPERATIONS.flatMap(([, { operationId }]) => operationId ?? []);
  const published = ACTIONS.filter(({ rest }) => rest).map(({ name }) => name);
  expect(ids.toSorted()).toEqual(published.toSorted());
  const aliases = OPERATIONS.filter(([, it]) => it.operationId === undefined);
  expect(aliases.length).toBeGreaterThan(10);
  for (const [line, { deprecated, description }] of aliases)
    expect([line, deprecated, description]).toEqual([
      line,
      true,
      expect.stringMatching(/^Kept for old clients: use `[A-Z]+ \//),
    ]);
});

test("every tag has its prose, the shop's come first, and each is used", () => {
  const used = new Set(OPERATIONS.flatMap(([, { tags }]) => tags));
  expect([...used].toSorted()).toEqual(document.tags.map(({ name }) => name).toSorted());
  const first = document.tags.slice(0, 5).map(({ name }) => name);
  expect(first).toEqual(["catalog", "pricing", "carts", "orders", "payments"]);
  for (const { description } of document.tags) expect(description.length).toBeGreaterThan(40);
});

test("a new field in an answer breaks no strict client; one in a request is refused", () => {
  const answers = OPERATIONS.flatMap(([, { responses }]) => Object.values(responses));
  const closed = (it: unknown) => partsOf(it).filter((one) => one.additionalProperties === false);
  expect(answers.flatMap(closed)).toEqual([]);
  const { Order, Product, LocalizedText } = document.components["schemas"] ?? {};
  expect([Order, Product, LocalizedText].flatMap(closed)).toEqual([]);
  const bodies = OPERATIONS.flatMap(([, { requestBody }]) =>
    requestBody ? [requestBody.content["application/json"]?.["schema"]] : [],
  ).filter(isObject);
  expect(bodies.length).toBeGreaterThan(40);
  for (const body of bodies) expect(body["additionalProperties"]).toBe(false);
  const titles = bodies.flatMap((it) => (it["properties"] as Json)["title"] ?? []);
  expect(titles[0]).toMatchObject({
    $ref: "#/components/schemas/LocalizedText",
    unevaluatedProperties: false,
  });
});

test.each([
  ["GET /products/export", "200", "text/csv"],
  ["GET /products", "200", "application/json"],
  ["POST /orders", "201", "application/json"],
  ["POST /orders", "202", "application/json"],
])("%s answers %s as %s", (line, status, type) => {
  expect(Object.keys(operation(line).responses[status]?.content ?? {})).toEqual([type]);
});

test.each([
  ["POST /orders", ["405", "413", "415", "429", "503", "504"]],
  ["PATCH /products/{productId}", ["412", "413", "415"]],
  ["GET /products", ["304", "400", "405", "429", "504"]],
])("%s says that it may answer %j", (line, statuses) => {
  expect(Object.keys(operation(line).responses)).toEqual(expect.arrayContaining(statuses));
});

test("headers are named components, and are said where they are sent", () => {
  const said = (line: string) => JSON.stringify(operation(line));
  expect(said("POST /orders")).toContain("#/components/parameters/Idempotency-Key");
  expect(said("POST /orders")).toContain("#/components/headers/Location");
  expect(said("PATCH /products/{productId}")).toContain("#/components/parameters/If-Match");
  expect(said("GET /orders/{orderId}")).toContain("#/components/parameters/If-None-Match");
  expect(said("POST /carts/{cartId}/lines")).toContain("#/components/parameters/x-cart-token");
  expect(Object.keys(document.components["headers"] ?? {})).toEqual(
    expect.arrayContaining(["ETag", "Location", "RateLimit", "RateLimit-Policy", "Retry-After"]),
  );
});

test("the first server is an address that a program elsewhere can use", () => {
  expect(document.servers[0]?.url).toMatch(/^http:\/\/[\w.]+:[1-9]\d*$/);
});

/** What an action says of itself, besides what every action of the system says. */
const KEYS: Record<keyof Action, true> = {
  name: true,
  kind: true,
  summary: true,
  description: true,
  rest: true,
  allow: true,
  access: true,
  params: true,
  returns: true,
  status: true,
  pendingStatus: true,
  consumes: true,
  produces: true,
  since: true,
  deprecated: true,
  examples: true,
  retry: true,
  idempotency: true,
  guestToken: true,
  timeoutMs: true,
  cache: true,
  rateClass: true,
  failures: true,
  tag: true,
  raw: true,
  stream: true,
  message: true,
};
test("no contract says a word that nobody reads", () => {
  const unread = ACTIONS.flatMap((action) =>
    Object.keys(action)
      .filter((key) => !(key in KEYS))
      .map((key) => `${action.name}: ${key}`),
  );
  expect(unread).toEqual([]);
});
