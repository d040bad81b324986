/** What names a person stays where its owner can erase it: not in events, nor in answers to commands. */
import { paramsOf } from "../../lib/bus.ts";
import {
  email,
  list,
  nullable,
  object,
  optional,
  PERSONAL,
  personal,
  text,
} from "../../lib/shape.ts";
import { ACTIONS, EVENTS } from "../../services/registry.ts";

/** The paths of all personal fields of a schema. */
function personalIn(schema: unknown, path = ""): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const {
    properties = {},
    items,
    anyOf = [],
    additionalProperties,
    format,
    [PERSONAL]: mark,
  } = schema as Record<string, object> & { format?: string; anyOf?: object[] };
  if (mark || format === "email") return [path];
  return [
    ...Object.entries(properties).flatMap(([name, one]) => personalIn(one, `${path}.${name}`)),
    ...anyOf.flatMap((one) => personalIn(one, path)),
    ...personalIn(items, path),
    ...personalIn(additionalProperties, path),
  ];
}
/** Names that say so themselves, should somebody forget the mark. */
const SPEAKING = /(^|[a-z])(email|username|firstName|lastName|phone|address|postcode|birth)/i;
const namesIn = (schema: object): string[] =>
  [...JSON.stringify(schema).matchAll(/"(\w+)":\{/g)]
    .map(([, name = ""]) => name)
    .filter((name) => SPEAKING.test(name));

test.each(EVENTS.map((event) => [event.name, event] as const))(
  "the event %s names nobody",
  (_, { payload }) => {
    expect(personalIn(paramsOf(payload))).toEqual([]);
    expect(namesIn(paramsOf(payload))).toEqual([]);
  },
);

/** Their answers are kept for 90 days, by the id of the command. */
const commands = ACTIONS.filter(({ params }) => "commandId" in params);
test.each(commands.map((command) => [command.name, command] as const))(
  "the answer to the command %s names nobody",
  (_, { returns }) => {
    expect(personalIn(returns)).toEqual([]);
    expect(namesIn(returns)).toEqual([]);
  },
);

test("a personal field is found wherever it is", () => {
  const inner = object({ to: email(), lines: list(object({ name: nullable(personal(text())) })) });
  expect(personalIn(object({ a: optional(inner), b: text() }))).toEqual([".a.to", ".a.lines.name"]);
  expect(commands.length).toBeGreaterThan(3);
});
