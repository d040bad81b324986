import { keysFrom } from "../../lib/keys.ts";
import {
  type Claims,
  type Expectation,
  type TokenRequest,
  signToken,
  TokenExpired,
  TokenInvalid,
  verifyToken,
} from "../../lib/token.ts";

const OLD = "an old secret of more than thirty-two characters";
const NEW = "a new secret of more than thirty-two characters";
const ring = keysFrom([OLD]);
const NOW = Date.parse("2026-03-01T12:00:00.900Z");
const SECOND = 1_000;

const request: TokenRequest = {
  typ: "at+jwt",
  issuer: "comptoir",
  audience: "api",
  subject: "0195c0de-0000-7000-8000-000000000001",
  ttlSeconds: 600,
  claims: { sid: "session", roles: ["user"], stores: [] },
};
const expected: Expectation = { typ: "at+jwt", issuer: "comptoir", audience: "api", nowMs: NOW };
const token = signToken(ring, request, NOW);
const verifiedAt = (nowMs: number) => () => verifyToken(ring, token, { ...expected, nowMs });

describe("a token that we signed", () => {
  test("says what it was given, and when it is valid", () => {
    const claims = verifyToken(ring, token, expected);
    const seconds = Math.floor(NOW / SECOND);
    expect(claims).toEqual({
      iss: "comptoir",
      aud: "api",
      sub: request.subject,
      sid: "session",
      roles: ["user"],
      stores: [],
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      iat: seconds,
      nbf: seconds,
      exp: seconds + 600,
    });
  });

  test("carries only alg, typ and the key's name in its header", () => {
    const header: unknown = JSON.parse(
      Buffer.from(token.split(".")[0] ?? "", "base64url").toString(),
    );
    expect(header).toEqual({ alg: "ES256", typ: "at+jwt", kid: ring.signing.kid });
  });

  test("has an id of its own each time, or the one that was asked for", () => {
    const again = verifyToken(ring, signToken(ring, request, NOW), expected);
    expect(again.jti).not.toBe(verifyToken(ring, token, expected).jti);
    const named = signToken(ring, { ...request, id: "mine" }, NOW);
    expect(verifyToken(ring, named, expected).jti).toBe("mine");
  });

  test("cannot be made to say other registered claims", () => {
    const claims = { sub: "another", exp: 9_999_999_999, iss: "evil", aud: "all", jti: "x" };
    const output = verifyToken(ring, signToken(ring, { ...request, claims }, NOW), expected);
    expect(output).toMatchObject({ sub: request.subject, iss: "comptoir", aud: "api" });
    expect(output.exp).toBe(Math.floor(NOW / SECOND) + 600);
  });

  test("cannot be changed by who was told", () => {
    const claims = verifyToken(ring, token, expected);
    expect(() => (claims.roles as string[]).push("admin")).toThrow(TypeError);
    expect(() => Object.assign(claims, { sub: "another" })).toThrow(TypeError);
  });

  test("is not made when nobody would accept it", () => {
    const stores = Array.from({ length: 100 }, () => request.subject);
    expect(() => signToken(ring, { ...request, claims: { stores } }, NOW)).toThrow(/too large/);
  });

  test.each([
    ["at once", 0],
    ["on a clock that is 30 s behind", -30 * SECOND],
    ["in its last second", 599 * SECOND],
    ["on a clock that is nearly 30 s ahead", 629 * SECOND],
  ])("is valid %s", (_, ms) => {
    expect(verifiedAt(NOW + ms)()).toMatchObject({ sub: request.subject });
  });

  test("expires, and says so", () => {
    expect(verifiedAt(NOW + 630 * SECOND)).toThrow(
      expect.objectContaining({ type: TokenExpired.type, code: 401 }),
    );
    const strict = { ...expected, leewaySeconds: 0, nowMs: NOW + 600 * SECOND };
    expect(() => verifyToken(ring, token, strict)).toThrow(
      expect.objectContaining({ type: TokenExpired.type }),
    );
  });

  test("is not valid before its time", () => {
    expect(verifiedAt(NOW - 32 * SECOND)).toThrow(
      expect.objectContaining({ type: TokenInvalid.type, code: 401 }),
    );
  });
});

describe("when the secret changes", () => {
  const changed = keysFrom([NEW, OLD]);

  test("what the old one signed is still valid, and the new one signs", () => {
    expect(verifyToken(changed, token, expected)).toMatchObject({ sub: request.subject });
    const fresh = signToken(changed, request, NOW);
    expect(verifyToken(keysFrom([NEW]), fresh, expected)).toMatchObject({ sub: request.subject });
  });

  test("nothing that the old one signed is valid once it is taken away", () => {
    const refused: () => Claims = () => verifyToken(keysFrom([NEW]), token, expected);
    expect(refused).toThrow(expect.objectContaining({ type: TokenInvalid.type }));
  });
});
