/** Checks the form of every answer of the API. */
import type { Action } from "../../lib/contract.ts";
import { failureOf, type Language } from "../../lib/failure.ts";
import { refusalsOf } from "../../services/gateway/openapi/operations.ts";
import type { Answer } from "../../operations/client/api-client.ts";

export type { Language } from "../../lib/failure.ts";

/** Failures of the gateway itself, on any route, before the contract is known. */
const AT_THE_DOOR = new Set(
  [
    "TOKEN_INVALID TOKEN_EXPIRED BODY_MALFORMED BODY_NOT_JSON BODY_TOO_LARGE ADDRESS_MALFORMED",
    "ADDRESS_TOO_LONG HEADERS_TOO_LARGE METHOD_NOT_ALLOWED ROUTE_NOT_FOUND",
  ].flatMap((line) => line.split(" ")),
);
/** Requests slower than this are a fault by themselves, on the busiest machine. */
const SLOW_MS = 8_000;

interface ProblemBody {
  readonly status?: unknown;
  readonly title?: unknown;
  readonly detail?: unknown;
  readonly code?: unknown;
  readonly type?: unknown;
  readonly traceId?: unknown;
  readonly errors?: readonly { field?: unknown; rule?: unknown; detail?: unknown }[];
}

/** Expects an answer to be this failure, in the requested language. */
export function expectProblem(
  { status, headers, body }: Answer<object>,
  wanted: number,
  code: string,
  language?: Language,
): void {
  const sentence = language && failureOf(code)?.sentence[language];
  expect({ status, body, type: headers["content-type"] }).toMatchObject({
    status: wanted,
    type: "application/problem+json; charset=utf-8",
    body: { status: wanted, code, traceId: expect.any(String) as string },
  });
  expect(
    language === undefined || fits(sentence ?? "\0", String((body as ProblemBody).detail)),
  ).toBe(true);
}

/** Returns the defects of an answer; nothing for a correct one. */
export function flawsOf(
  action: Action,
  answer: Answer & { readonly tookMs?: number },
  language: Language,
): string[] {
  const { status, headers } = answer;
  const slow = (answer.tookMs ?? 0) > SLOW_MS ? [`took ${Math.round(answer.tookMs ?? 0)} ms`] : [];
  const type = String(headers["content-type"] ?? "");
  if (status < 400) return isGood(action, status, type) ? slow : [...slow, `is ${type}`];
  if (!type.startsWith("application/problem+json")) return [...slow, `is ${status} ${type}`];
  return [...slow, ...problemFlaws(action, answer.body, { status, language })];
}

/** JSON, unless the contract says that it answers with bytes of any kind. */
const isGood = ({ returns }: Action, status: number, type: string): boolean =>
  status === 204 ||
  type.startsWith("application/json") ||
  (returns.type === undefined && type !== "");

function problemFlaws(
  action: Action,
  problem: ProblemBody,
  { status, language }: { status: number; language: Language },
): string[] {
  const code = String(problem.code);
  const declared = failureOf(code);
  const promised = AT_THE_DOOR.has(code) || refusalsOf(action).some(({ type }) => type === code);
  return [
    ...(status >= 500 && !promised ? [`${status} ${code}`] : []),
    ...(declared ? [] : [`${code} is no failure of ours`]),
    ...(promised || status >= 500 ? [] : [`${action.name} does not declare ${code}`]),
    ...(problem.status === status ? [] : ["says another status"]),
    ...(typeof problem.title === "string" && problem.title !== "" ? [] : ["has no title"]),
    ...(String(problem.type).startsWith("/problems/") ? [] : ["has no type"]),
    ...(typeof problem.traceId === "string" && problem.traceId !== "" ? [] : ["has no traceId"]),
    // The parser of HTTP does not know whom it speaks to.
    ...(declared &&
    code !== "HEADERS_TOO_LARGE" &&
    !fits(declared.sentence[language], String(problem.detail))
      ? [`does not speak ${language}: ${String(problem.detail)}`]
      : []),
    ...(code === "INVALID_INPUT" ? fieldFlaws(problem) : []),
  ];
}

function fieldFlaws({ errors = [] }: ProblemBody): string[] {
  const named = errors.every(({ field, detail }) => isSaid(field) && isSaid(detail));
  return errors.length > 0 && named ? [] : ["does not name the fields"];
}
const isSaid = (value: unknown) => typeof value === "string" && value !== "";

/** Returns true if this is the sentence with its {words} filled in. */
function fits(sentence: string, detail: string): boolean {
  const parts = sentence.split(/\{\w+\}/);
  let from = 0;
  for (const part of parts) {
    const at = detail.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return true;
}
