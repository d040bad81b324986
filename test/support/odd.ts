/** Requests that no honest client sends: made from the contracts, broken in every way we know. */
import fc from "fast-check";
import { type Action, routesOf } from "../../lib/contract.ts";
import { fieldsOf, type Request, requestOf } from "./samples.ts";

const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);
const cursor = (key: unknown) => Buffer.from(JSON.stringify(key)).toString("base64url");

/** Values that have hurt somebody's program once. */
const WORDS = [
  "null undefined NaN true 0 -1 1e999 ZZZ eur XXX __proto__ constructor toString %00 % $1 /* -- \\ '",
  "\" '; ../../etc/passwd file:///etc/passwd {{7*7}} ${7*7} <script>alert(1)</script> =1+1 2026-02-30",
  "2026-02-30T00:00:00.000Z 2026-13-45T25:61:61.999Z 0000-01-01T00:00:00.000Z",
  "9999-12-31T23:59:59.999Z 00000000-0000-0000-0000-000000000000",
].flatMap((line) => line.split(" "));
const TEXTS = ["", " ", "EUR ", "' or 1=1 --", "a\r\nset-cookie: x", "e\u0301", "👩‍👩‍👧‍👦"];
const BAD_TEXTS = ["\0", "a\0b", "\ud800", "x\udc00y", "\u202e", "\ufeff"];
const LONG = ["a".repeat(300), "é".repeat(5_000), "9".repeat(400)];
const AMOUNTS = [0, -0, -1, 1, 1.5, 0.1 + 0.2, 2 ** 31, 2 ** 53, -(2 ** 53), 2 ** 63, 1e21, 1e308];
const FORMS = [
  [],
  [[]],
  {},
  { $gt: "" },
  { toString: 1 },
  [null],
  deep(5),
  deep(40),
  [1, "a", null],
];
const KEYS = [[], [1], ["x", "y"], [1, 2], ["x", 1, null], [null, null], [1e300, "a"], { a: 1 }];
const CONSTANTS = [null, true, false];
const ODD: readonly unknown[] = [
  ...[WORDS, TEXTS, BAD_TEXTS, LONG, AMOUNTS, FORMS, CONSTANTS].flat(),
  ...KEYS.map(cursor),
];

const ID = "01a1f7ef-09ad-7377-a81a-eb684e1bf39a";
const MOMENTS = ["2026-02-30T00:00:00.000Z", "0000-01-01T00:00:00.000Z", "2026-1-1 (x)", "2026-"];
const NUMBERS = [2 ** 31, -(2 ** 31) - 1, 2 ** 53 - 1, 2 ** 63, 1e300, 1.5, -1, 0];
/** Cursors that somebody made up after seeing ours: of each form, with parts that are not quite right. */
export const CURSORS: readonly string[] = [...MOMENTS, ...NUMBERS, "", "a", "\0", "\ud800", ID]
  .flatMap((part) => [[part], [part, ID], [ID, part], [part, part], [part, "a", ID], [part, 1, ID]])
  .map(cursor);

/** Fields of our own rows that a client may hope to set. */
const HOPED = [
  "role",
  "roles",
  "price",
  "total",
  "status",
  "ownerId",
  "isAdmin",
  "customerId",
  "id",
];
const FORBIDDEN = ["constructor", "prototype", "hasOwnProperty", "$where"];

const odd = fc.constantFrom(...ODD);
type Params = Record<string, unknown>;

/** Puts `value` somewhere into `params`, at the top or deeper. */
function placed(params: Params, at: number, value: unknown): Params {
  const names = Object.keys(params);
  const name = names[at % Math.max(1, names.length)];
  if (name === undefined) return { ...params, extra: value };
  const inner = params[name];
  const goesDeeper = at % 3 === 0 && typeof inner === "object" && inner !== null;
  if (!goesDeeper) return { ...params, [name]: value };
  if (!Array.isArray(inner)) return { ...params, [name]: placed(inner as Params, at + 1, value) };
  const [first, ...rest] = inner as unknown[];
  const isObject = typeof first === "object" && first !== null;
  return {
    ...params,
    [name]: [isObject ? placed(first as Params, at + 1, value) : value, ...rest],
  };
}

function without(params: Params, at: number): Params {
  const names = Object.keys(params);
  const gone = names[at % Math.max(1, names.length)];
  return Object.fromEntries(Object.entries(params).filter(([name]) => name !== gone));
}

/** Good parameters, and the same with one or two things wrong. */
export function oddParams(action: Action, ids: readonly string[]): fc.Arbitrary<Params> {
  const good = fieldsOf(action.params, ids);
  const at = fc.nat(97);
  const extra = fc.constantFrom(...HOPED, ...FORBIDDEN);
  return fc.oneof(
    good,
    fc.tuple(good, at, odd).map(([params, where, value]) => placed(params, where, value)),
    fc
      .tuple(good, at, odd, at, odd)
      .map(([params, a, one, b, other]) => placed(placed(params, a, one), b, other)),
    fc.tuple(good, at).map(([params, where]) => without(params, where)),
    fc.tuple(good, extra, odd).map(([params, name, value]) => ({ ...params, [name]: value })),
  );
}

export interface OddRequest extends Omit<Request, "body"> {
  /** The raw body: not always what JSON.stringify would write. */
  readonly body?: string;
}
/** Bodies that are no object of ours at all. */
const BODIES = [
  "",
  " ",
  "{",
  "[]",
  "null",
  "1",
  '"text"',
  "{}{}",
  "{'a':1}",
  '{"a":1,}',
  "\ufeff{}",
];

/** Requests of the action's first route: mostly of odd parameters, some with an odd body as a whole. */
export function oddRequests(action: Action, ids: readonly string[]): fc.Arbitrary<OddRequest> {
  const [route] = routesOf(action);
  if (!route) throw new Error(`${action.name} has no route.`);
  const usual = oddParams(action, ids).map((params): OddRequest => {
    const { body, ...request } = requestOf(route, params);
    return body ? { ...request, body: JSON.stringify(body) } : request;
  });
  const prototypes = usual.map(({ body = "{}", ...request }) => ({
    ...request,
    body: body.replace("{", '{"__proto__":{"isAdmin":true},'),
  }));
  const strange = fc
    .tuple(usual, fc.constantFrom(...BODIES))
    .map(([request, body]) => ({ ...request, body }));
  return fc.oneof(
    { arbitrary: usual, weight: 10 },
    { arbitrary: prototypes, weight: 1 },
    { arbitrary: strange, weight: 1 },
  );
}
