import { Errors } from "moleculer";
import { failure } from "../../lib/failure.ts";
import { problemOf } from "../../lib/problem.ts";
import { InvalidInput } from "../../lib/validator.ts";

const NoTea = failure<{ kind: string; left: number }>("NO_TEA", 409, {
  en: "There are {left} of {kind}. Take another.",
  fr: "Il reste {left} de {kind}. Prenez-en un autre.",
});

test("a failure says what to do in the caller's language, with its data beside", () => {
  const error = NoTea({ kind: "sencha", left: 0 });
  expect(problemOf(error, "fr", "t1")).toEqual({
    type: "/problems/no-tea",
    title: "Conflit",
    status: 409,
    code: "NO_TEA",
    detail: "Il reste 0 de sencha. Prenez-en un autre.",
    traceId: "t1",
    kind: "sencha",
    left: 0,
  });
  expect(problemOf(error, "en", "t1").detail).toBe("There are 0 of sencha. Take another.");
});

test("a failure that crossed the bus is another class, and the same problem", () => {
  const { message, code, type, data } = NoTea({ kind: "sencha", left: 0 });
  const crossed = Object.assign(new Error(message), { code, type, data, nodeID: "n1" });
  expect(problemOf(crossed, "en", "t")).toMatchObject({ status: 409, code: "NO_TEA", left: 0 });
  expect(NoTea.is(crossed)).toBe(true);
});

test.each([
  ["a bug", new TypeError("secret at db://pw@host"), 500, "UNEXPECTED"],
  ["nothing at all", undefined, 500, "UNEXPECTED"],
  [
    "a bug that names a status",
    Object.assign(new Error("secret"), { code: 403 }),
    500,
    "UNEXPECTED",
  ],
  [
    "a service that is away",
    new Errors.ServiceNotAvailableError({ action: "a", nodeID: "n" }),
    503,
    "SERVICE_UNAVAILABLE",
  ],
  [
    "no answer in time",
    new Errors.RequestTimeoutError({ action: "a", nodeID: "n" }),
    504,
    "TIMED_OUT",
  ],
])("%s says nothing of what is inside", (_, error, status, code) => {
  const problem = problemOf(error, "en", "trace-7");
  expect(problem).toMatchObject({ status, code, traceId: "trace-7" });
  expect(JSON.stringify(problem)).not.toMatch(/secret|nodeID|stack/);
});

test("faults of the input are told field by field, the first one in the sentence", () => {
  const errors = [
    { field: "lines.0.quantity", rule: "minimum", en: "must be >= 1", fr: "doit être >= 1" },
  ];
  const error = InvalidInput({ errors, field: "lines.0.quantity", reason: "must be >= 1" });
  expect(problemOf(error, "fr", "t")).toMatchObject({
    status: 400,
    detail: "lines.0.quantity : doit être >= 1. Corrigez puis renvoyez.",
    errors: [{ field: "lines.0.quantity", rule: "minimum", detail: "doit être >= 1" }],
  });
});
