import fc from "fast-check";
import { paramsOf } from "../../lib/bus.ts";
import {
  localizedText,
  currency,
  email,
  id,
  dateTime,
  integer,
  list,
  minorAmount,
  nullable,
  object,
  oneOf,
  optional,
  quantity,
  record,
  text,
} from "../../lib/shape.ts";
import { compile, issuesOf } from "../../lib/validator.ts";

const accepts = (shape: object, value: unknown) => compile(shape)(value);

describe("shapes refuse what does not fit", () => {
  test.each<[string, object, unknown[], unknown[]]>([
    ["a text", text({ max: 3 }), ["a", "été", "日本"], ["", "abcd", 1, null, "a\0", "\ud800"]],
    [
      "an id",
      id(),
      ["0197b1a0-5b5e-7c3e-8f00-000000000001"],
      ["1", "0197B1A0-5B5E-7C3E-8F00-000000000001"],
    ],
    ["a whole number", integer(), [0, -1, 2 ** 53 - 1], [1.5, 2 ** 53, "1", Number.NaN]],
    ["a quantity", quantity(), [1, 9_999], [0, -1, 10_000, 1.5]],
    ["an amount", minorAmount(), [0, 12_50], [-1, 0.5]],
    ["a currency", currency(), ["EUR"], ["eur", "EURO", "EU"]],
    ["a moment", dateTime(), ["2026-03-01T09:30:00.000Z"], ["2026-03-01", "2026-03-01T09:30:00Z"]],
    ["an e-mail", email(), ["a@b.fr"], ["a", "a@", "@b.fr"]],
    ["one of some words", oneOf("a", "b"), ["a"], ["c", ""]],
    ["something or nothing", nullable(integer()), [1, null], ["1", undefined]],
    [
      "both languages",
      localizedText(),
      [{ fr: "thé", en: "tea" }],
      [{ fr: "thé" }, { fr: "", en: "" }],
    ],
    ["a map", record(integer(), { max: 2 }), [{ a: 1 }, {}], [{ a: "1" }, { a: 1, b: 2, c: 3 }]],
    ["a list", list(integer(), { max: 2 }), [[], [1, 2]], [[1, 2, 3], ["1"], {}]],
  ])("%s", (_, shape, good, bad) => {
    expect(good.filter((value) => !accepts(shape, value))).toEqual([]);
    expect(bad.filter((value) => accepts(shape, value))).toEqual([]);
  });

  test("fields that are not named are refused, and optional ones may be missing", () => {
    const tea = object({ kind: text(), grams: optional(integer()) });
    expect(accepts(tea, { kind: "green" })).toBe(true);
    expect(accepts(tea, { kind: "green", price: 1 })).toBe(false);
    expect(accepts(tea, { grams: 1 })).toBe(false);
  });
});

describe("faults", () => {
  const params = paramsOf({
    lines: list(object({ quantity: quantity() })),
    note: optional(text()),
  });
  test.each<[string, unknown, string, string]>([
    [
      "a wrong value deep inside",
      { lines: [{ quantity: 1 }, { quantity: 0 }] },
      "lines.1.quantity",
      "minimum",
    ],
    ["a missing field", {}, "lines", "required"],
    ["a field too many", { lines: [], admin: true }, "admin", "additionalProperties"],
    ["a missing field inside", { lines: [{}] }, "lines.0.quantity", "required"],
  ])("name the field of %s, in both languages", (_, value, field, rule) => {
    const validate = compile(params);
    expect(validate(value)).toBe(false);
    const [issues] = issuesOf(validate.errors);
    expect(issues).toMatchObject({ field, rule });
    expect(issues?.fr).not.toBe(issues?.en);
    expect(issues?.fr.length).toBeGreaterThan(5);
  });

  test("whatever comes, checking never throws", () => {
    const validate = compile(params);
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (value) => {
        const good = validate(value);
        expect(typeof good).toBe("boolean");
        expect(issuesOf(validate.errors).length > 0).toBe(!good);
      }),
    );
  });
});
