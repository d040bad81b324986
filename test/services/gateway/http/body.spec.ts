import fc from "fast-check";
import { problemOf } from "../../../../lib/problem.ts";
import { parse } from "../../../../services/gateway/http/body.ts";

const refused = (text: string | Buffer) => {
  try {
    parse(Buffer.from(text));
    return undefined;
  } catch (error) {
    return (error as { type: string }).type;
  }
};

test("any object that JSON can say comes through as it was", () => {
  const fine = fc.dictionary(
    fc
      .string()
      .filter((key) => !/^(__proto__|constructor|prototype)$/.test(key) && !key.includes("\0")),
    fc.oneof(
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.string().filter((it) => !it.includes("\0")),
    ),
  );
  fc.assert(
    fc.property(fine, (object) => {
      expect(parse(Buffer.from(JSON.stringify(object)))).toEqual(object);
    }),
  );
});

test.each([
  ["half a document", '{"a":'],
  ["a list", "[1]"],
  ["a number", "1"],
  ["nothing", "null"],
  ["33 levels", `${'{"a":'.repeat(33)}1${"}".repeat(33)}`],
  ["20,000 open brackets", "[".repeat(20_000)],
  ["10,001 values", `{"a":[${"1,".repeat(10_001)}1]}`],
  ["NUL", '{"a":"\\u0000"}'],
  ["half a character", '{"a":"\\ud800"}'],
  ["NUL in a name", '{"\\u0000":1}'],
  ["a name that reaches prototypes", '{"__proto__":{"x":1}}'],
  ["another one, deep inside", '{"a":{"constructor":{"prototype":{}}}}'],
  ["a number beyond all", '{"a":1e999}'],
])("%s is refused", (_, text) => {
  expect(refused(text)).toBe("BODY_MALFORMED");
});

test("what is not UTF-8 is refused", () => {
  expect(refused(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toBe("BODY_MALFORMED");
});

test("brackets inside of texts are no depth", () => {
  expect(parse(Buffer.from(`{"a":"${"[".repeat(100)}\\"["}`))).toEqual({
    a: `${"[".repeat(100)}"[`,
  });
});

test("whatever bytes come, it is an object or a refusal", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect([undefined, "BODY_MALFORMED"]).toContain(refused(Buffer.from(bytes)));
    }),
  );
});

test("the reason is said in the caller's language", () => {
  let refusal: unknown;
  try {
    parse(Buffer.from("[1]"));
  } catch (error) {
    refusal = error;
  }
  expect(problemOf(refusal, "fr", "t").detail).toContain("un objet {…} était attendu");
  expect(problemOf(refusal, "en", "t").detail).toContain("an object {…} was expected");
});
