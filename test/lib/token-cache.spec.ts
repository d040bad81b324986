import { keysFrom } from "../../lib/keys.ts";
import {
  type Expectation,
  signToken,
  tokenCache,
  TokenExpired,
  TokenInvalid,
  type TokenRequest,
} from "../../lib/token.ts";

const ring = keysFrom(["a secret of more than thirty-two characters"]);
const NOW = Date.parse("2026-03-01T12:00:00Z");
const request: TokenRequest = {
  typ: "at+jwt",
  issuer: "comptoir",
  audience: "api",
  subject: "someone",
  ttlSeconds: 600,
};
const expected: Expectation = { typ: "at+jwt", issuer: "comptoir", audience: "api", nowMs: NOW };
const token = signToken(ring, request, NOW);
const at = (seconds: number) => ({ ...expected, nowMs: NOW + seconds * 1_000 });

describe("a cache of verified tokens", () => {
  test("answers the second time what it has verified the first time", () => {
    const cache = tokenCache(ring);
    const claims = cache.cachedVerify(token, expected);
    expect(claims.sub).toBe("someone");
    expect(cache.cachedVerify(token, at(599))).toBe(claims);
    expect(cache.size).toBe(1);
  });

  test("answers nothing that has expired since, and forgets it", () => {
    const cache = tokenCache(ring);
    cache.cachedVerify(token, expected);
    expect(() => cache.cachedVerify(token, at(630))).toThrow(
      expect.objectContaining({ type: TokenExpired.type }),
    );
    expect(cache.size).toBe(0);
  });

  test("holds each question to its own leeway", () => {
    const cache = tokenCache(ring);
    cache.cachedVerify(token, at(610));
    expect(() => cache.cachedVerify(token, { ...at(610), leewaySeconds: 0 })).toThrow(
      expect.objectContaining({ type: TokenExpired.type }),
    );
    cache.cachedVerify(token, expected);
    expect(() => cache.cachedVerify(token, at(-31))).toThrow(
      expect.objectContaining({ type: TokenInvalid.type }),
    );
  });

  test.each([
    ["purpose", { typ: "principal+jwt" }],
    ["audience", { audience: "bus" }],
    ["issuer", { issuer: "another" }],
  ] as const)("does not answer what was verified for another %s", (_, other) => {
    const cache = tokenCache(ring);
    cache.cachedVerify(token, expected);
    expect(() => cache.cachedVerify(token, { ...expected, ...other })).toThrow(
      expect.objectContaining({ type: TokenInvalid.type }),
    );
  });

  test("remembers no refusal, so that forgeries cannot push anybody out", () => {
    const cache = tokenCache(ring);
    for (const forged of ["", "a.b.c", `${token.slice(0, -8)}AAAAAAAA`, "x".repeat(5_000)]) {
      expect(() => cache.cachedVerify(forged, expected)).toThrow(
        expect.objectContaining({ type: TokenInvalid.type }),
      );
    }
    expect(cache.size).toBe(0);
  });

  test("holds no more tokens than it may, and forgets the least used", () => {
    const cache = tokenCache(ring, { maxEntries: 3 });
    const first = cache.cachedVerify(token, expected);
    for (let more = 0; more < 5; more += 1) {
      cache.cachedVerify(signToken(ring, request, NOW), expected);
      expect(cache.cachedVerify(token, expected)).toBe(first);
    }
    expect(cache.size).toBe(3);
  });

  test("holds no more bytes than it may", () => {
    const cache = tokenCache(ring, { maxBytes: token.length * 2 + 10 });
    for (let more = 0; more < 5; more += 1) {
      cache.cachedVerify(signToken(ring, request, NOW), expected);
    }
    expect(cache.size).toBe(2);
  });

  test("can be emptied", () => {
    const cache = tokenCache(ring);
    const before = cache.cachedVerify(token, expected);
    cache.clear();
    expect(cache.size).toBe(0);
    expect(cache.cachedVerify(token, expected)).not.toBe(before);
  });
});
