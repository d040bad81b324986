/** What services tell each other and what browsers see live is described as AsyncAPI 3. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv } from "ajv";
import { mayJoin } from "../../../../services/gateway/live/rooms.ts";
import { EVENTS } from "../../../../services/registry.ts";
import { asyncapi, ROOMS } from "../../../../services/gateway/asyncapi/asyncapi.ts";

const document = asyncapi() as {
  channels: Record<string, { messages: object }>;
  operations: Record<string, object>;
  components: { messages: Record<string, Record<string, unknown>>; schemas: object };
};
const { resolve } = createRequire(import.meta.url);

test("it is AsyncAPI 3, by the schema of those who made it", () => {
  const file = resolve("@asyncapi/specs/schemas/3.0.0.json");
  const schema = JSON.parse(readFileSync(file, "utf8")) as object;
  // It brings draft 7 itself, which Ajv knows already.
  const options = { strict: false, validateFormats: false, meta: false, validateSchema: false };
  const ajv = new Ajv(options);
  const validate = ajv.compile(schema);
  validate(document);
  expect(validate.errors ?? []).toEqual([]);
  expect(validate({ ...document, channels: { broken: { messages: 1 } } })).toBe(false);
});

test("every event has its channel and its message, and whoever may watch it sees its rooms", () => {
  for (const { name, rooms } of EVENTS) {
    expect([name, Object.keys(document.channels[name]?.messages ?? {})]).toEqual([name, [name]]);
    expect(document.components.messages[name]).toMatchObject({ "x-version": 1 });
    expect([name, `live.${name}` in document.components.messages]).toEqual([name, !!rooms]);
  }
  expect(document.components.messages["live.order-processed"]?.["x-rooms"]).toEqual([
    "order:<orderId>",
    "user:<customerId>",
    "admin",
  ]);
});

test("every room of an event is one that is described, and the other way round", () => {
  const used = Object.values(document.components.messages).flatMap(
    (it) => (it["x-rooms"] as string[] | undefined) ?? [],
  );
  const kinds = new Set(used.map((it) => it.replace(/<\w+>/, "<id>")));
  // Steps of processes are shown by their service, without an event.
  expect([...kinds, "saga:<id>"].toSorted()).toEqual(Object.keys(ROOMS).toSorted());
});

test("everything that it refers to is there", () => {
  const text = JSON.stringify(document);
  const pointers = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, pointer = ""]) => pointer);
  const missing = pointers.filter(
    (pointer) =>
      pointer
        .split("/")
        .reduce<unknown>(
          (at, key) => (at as Record<string, unknown> | undefined)?.[key],
          document,
        ) === undefined,
  );
  expect(pointers.length).toBeGreaterThan(100);
  expect(missing).toEqual([]);
});

test("a room that is not described is joined by nobody", async () => {
  const person = { id: "x", sessionId: "y", roles: ["admin"], stores: [], expiresAtMs: 0 };
  const id = "01890a5d-ac96-774b-bcce-b302099a8057";
  expect(await mayJoin(undefined as never, person, `cart:${id}`)).toBe(false);
});
