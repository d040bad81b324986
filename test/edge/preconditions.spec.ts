/** Conditional requests by RFC 9110 §13, on plain values. */
import { isKnown, PreconditionFailed, versionIn } from "../../edge/preconditions.ts";
import { Representation, takesGzip } from "../../edge/representation.ts";
import { integer } from "../../lib/shape.ts";

const versioned = { params: { version: integer() } };

test.each([
  ['"7"', 7],
  ["7", 7],
  ['"7-0123456789abcdef01234567"', 7],
  ['"7-0123456789abcdef01234567-gzip"', 7],
  ['"7-aaaa", "7-bbbb-gzip"', 7],
  ['W/"6", "7-aaaa"', 7],
  [' "7" ,', 7],
])("If-Match: %s names version %d", (header, version) => {
  expect(versionIn(versioned, header)).toEqual({ version });
});

test.each([
  ['W/"7"'],
  ['w/"7"'],
  ['"abc"'],
  ['"7" or so'],
  ["seven"],
  [""],
  ['"7'],
  ['"7", "8"'],
  ['"-7"'],
  ['"1234567890123456"'],
  [`"7"${",".repeat(5_000)}`],
])("If-Match: %s is refused, not dropped", (header) => {
  expect(() => versionIn(versioned, header)).toThrow(
    expect.objectContaining({ type: PreconditionFailed.type, code: 412 }),
  );
});

test("where nothing has a version, only any version can be asked for", () => {
  expect(versionIn({ params: {} }, "*")).toEqual({});
  expect(versionIn(versioned, undefined)).toEqual({});
  expect(() => versionIn({ params: {} }, '"7"')).toThrow();
});

test.each([
  ['"a"', true],
  ['W/"a"', true],
  ['"b", W/"a"', true],
  ['"b","a" , "c"', true],
  [" * ", true],
  ['"b"', false],
  ["a", false],
  ['"a" and more', false],
  ['"a-gzip"', false],
])("If-None-Match: %s names the answer: %s", (header, known) => {
  expect(isKnown(header, '"a"')).toBe(known);
  expect(isKnown(undefined, '"a"')).toBe(false);
});

test.each([
  ["gzip", true],
  ["br, GZIP;q=0.5", true],
  ["*", true],
  ["gzip;q=0", false],
  ["gzip; q=0.0", false],
  ["*;q=0", false],
  ["gzip;q=0, *", false],
  ["*, gzip;q=0", false],
  ["identity", false],
  ["xgzip", false],
  ["", false],
])("Accept-Encoding: %s takes gzip: %s", (header, takes) => {
  expect(takesGzip(header)).toBe(takes);
});

test("two encodings and two texts have four validators, and the same text the same one", () => {
  const etags = ["a", "b"].flatMap((letter) => {
    const it = new Representation(letter.repeat(2_000), 3);
    return [it.encodedFor("gzip").etag, it.encodedFor(undefined).etag];
  });
  expect(new Set(etags).size).toBe(4);
  expect(etags.every((etag) => versionIn(versioned, etag).version === 3)).toBe(true);
  expect(new Representation("a".repeat(2_000), 3).encodedFor("gzip;q=0").etag).toBe(etags[1]);
  expect(new Representation("short", 3).encodedFor("gzip").encoding).toBeUndefined();
});
