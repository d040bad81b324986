import { dateTime, object } from "../../lib/shape.ts";
import { compile } from "../../lib/validator.ts";

const isValid = compile(object({ at: dateTime() }));

test.each(["2026-02-28T23:59:59.999Z", "2024-02-29T00:00:00.000Z", "0001-01-01T00:00:00.000Z"])(
  "%s is a moment",
  (at) => expect(isValid({ at })).toBe(true),
);

test.each([
  "2026-02-29T00:00:00.000Z",
  "2026-13-01T00:00:00.000Z",
  "2026-01-01T24:00:00.000Z",
  "2026-01-01T00:60:00.000Z",
  "0000-01-01T00:00:00.000Z",
  "2026-01-01T00:00:00Z",
  "2026-01-01T00:00:00.000+01:00",
  "2026-01-01",
  "",
])("%s, which Postgres would fall over, is no moment", (at) => expect(isValid({ at })).toBe(false));
