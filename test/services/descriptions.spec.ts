/** What a field or an action is, its contract says in words: clients and generated documents have nothing else. */
import type { Action } from "../../lib/contract.ts";
import { ACTIONS, EVENTS } from "../../services/registry.ts";

type Json = Record<string, unknown>;
const isObject = (it: unknown): it is Json => typeof it === "object" && it !== null;
/** A list says it itself or its items do; so does what may be null. */
const words = (field: Json): unknown =>
  field["description"] ??
  (isObject(field["items"]) ? words(field["items"]) : undefined) ??
  (Array.isArray(field["anyOf"]) ? words((field["anyOf"] as Json[])[0] ?? {}) : undefined);

/** Fields without words, by the name of the shape or the path that they stand in. */
function wordless(schema: unknown, path: string): string[] {
  if (Array.isArray(schema)) return schema.flatMap((one) => wordless(one, path));
  if (!isObject(schema)) return [];
  const at = typeof schema["$id"] === "string" ? schema["$id"] : path;
  const fields = isObject(schema["properties"]) ? Object.entries(schema["properties"]) : [];
  return [
    ...fields.flatMap(([name, field]) => [
      ...(isObject(field) && words(field) ? [] : [`${at}.${name}`]),
      ...wordless(field, `${at}.${name}`),
    ]),
    ...["items", "anyOf", "additionalProperties"].flatMap((key) => wordless(schema[key], at)),
  ];
}
const ofAction = ({ name, params, returns }: Action) => [
  ...wordless({ properties: params }, name),
  ...wordless(returns, `${name} →`),
];

test("every field of every public action is described", () => {
  const published = ACTIONS.filter(({ rest }) => rest);
  expect(published.length).toBeGreaterThan(100);
  expect([...new Set(published.flatMap(ofAction))]).toEqual([]);
});

test("what services ask and tell each other is described, too", () => {
  const internal = ACTIONS.filter(({ rest }) => !rest).flatMap(ofAction);
  const told = EVENTS.flatMap(({ name, payload }) => wordless({ properties: payload }, name));
  expect([...new Set([...internal, ...told])]).toEqual([]);
});

test("every action and event has a sentence of its own", () => {
  const sentences = [...ACTIONS, ...EVENTS].map(({ name, summary }) => [name, summary] as const);
  for (const [name, summary] of sentences)
    expect([name, summary]).toEqual([name, expect.stringMatching(/^[A-Z].{6,}\.$/s)]);
});
