/**
 * Bad and odd input of every route: each answer is a success or a refusal that a person and a
 * program can read, never a fault, and what is refused has written nothing.
 */
import { type Company, company } from "../support/company.ts";
import fc from "fast-check";
import { paramsOf } from "../../lib/bus.ts";
import { type Action, routesOf } from "../../lib/contract.ts";
import { ACTIONS } from "../../services/registry.ts";
import { flawsOf, type Language } from "../support/answers.ts";
import { inBatches } from "../support/batches.ts";
import { CURSORS, oddRequests, type OddRequest } from "../support/odd.ts";
import { fieldsOf, requestOf } from "../support/samples.ts";
import { aToken } from "../support/tokens.ts";
import { rowCounts } from "../support/rows.ts";
import { world } from "../support/harness.ts";

/** Requests for each route; other ones in every run, so that many runs find what one does not. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 20);
const WRITES = 6;
const AT_ONCE = 12;
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
process.stdout.write(`bad input: FUZZ_SEED=${seed}\n`);

let shop: Company;
let ids: readonly string[];
beforeAll(async () => {
  shop = await company();
  ids = await world(shop);
}, 60_000);
afterAll(() => shop.leave());

const OPEN_TO_PEOPLE = ACTIONS.filter((action) => routesOf(action).length > 0);
const named = OPEN_TO_PEOPLE.map((action) => [action.name, action] as const);
const LANGUAGES: readonly Language[] = ["fr", "en"];

async function ask({ method, path, body }: OddRequest, role: string, language: Language) {
  const headers = { "accept-language": language };
  const token = aToken({ roles: [role], id: ids[0] ?? "", stores: ids.slice(1, 3) });
  const began = performance.now();
  const answer = await shop.http.ask(method, path, { body, token, headers });
  return { ...answer, tookMs: performance.now() - began };
}

const output = ({ method, path, body = "" }: OddRequest) =>
  `${method} ${path.slice(0, 500)} ${body.slice(0, 500)}`;

test.each(named)(
  "%s answers bad input with a refusal, never with a fault",
  async (_, action) => {
    const requests = fc.sample(oddRequests(action, ids), { seed, numRuns: RUNS });
    const found = await inBatches(requests, AT_ONCE, async (request, i) => {
      const language = LANGUAGES[i % 2] ?? "fr";
      const role = i % 4 === 3 ? "user" : "admin";
      const answer = await ask(request, role, language);
      return flawsOf(action, answer, language).map((flaw) => `${flaw}: ${output(request)}`);
    });
    expect(found.flat()).toEqual([]);
  },
  60_000,
);

const LISTS = named.filter(([, { params }]) => params.after !== undefined);
/** What a list needs besides a cursor; sorted each way that it can be. */
const sorts = ({ params }: Action): string[] => {
  const words = params.q ? "&q=thing" : "";
  return params.sort ? (params.sort.enum as string[]).map((sort) => `&sort=${sort}${words}`) : [""];
};

test.each(LISTS)(
  "no cursor that somebody makes up makes %s fall",
  async (_, action) => {
    const [route] = routesOf(action);
    const address = (route?.path ?? "").replace(/:\w+/g, ids[1] ?? "");
    const requests = sorts(action).flatMap((sort) =>
      CURSORS.map((after) => ({ method: "GET", path: `${address}?after=${after}${sort}` })),
    );
    const found = await inBatches(requests, AT_ONCE, async (request) => {
      const answer = await ask(request, "admin", "en");
      return flawsOf(action, answer, "en").map((flaw) => `${flaw}: ${output(request)}`);
    });
    expect(found.flat()).toEqual([]);
  },
  60_000,
);

const WRITING = OPEN_TO_PEOPLE.filter((action) => routesOf(action)[0]?.method !== "GET");

test.each(WRITING.map((action) => [action.name, action] as const))(
  "what %s refuses has written nothing",
  async (_, action: Action) => {
    const [route] = routesOf(action);
    if (!route) return;
    const wrote: object[] = [];
    const samples = fc.sample(fieldsOf(action.params, ids), { seed, numRuns: WRITES });
    for (const params of samples) {
      const { body, ...rest } = requestOf(route, params);
      const request = body ? { ...rest, body: JSON.stringify(body) } : rest;
      const before = await rowCounts(shop);
      const answer = await ask(request, "admin", "en");
      if (answer.status < 400) continue;
      const after = await rowCounts(shop);
      if (JSON.stringify(after) !== JSON.stringify(before))
        wrote.push({ request, answer, before, after });
    }
    expect(wrote).toEqual([]);
  },
  60_000,
);

test("the shapes refuse fields that they do not name, at every depth", () => {
  const open = OPEN_TO_PEOPLE.filter(
    ({ params }) => paramsOf(params).additionalProperties !== false,
  );
  expect(open).toEqual([]);
});
