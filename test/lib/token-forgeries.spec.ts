/**
 * The forgeries of the JWT best current practices (RFC 8725) and of those who did not follow it.
 */
import { createHmac, type KeyObject, sign } from "node:crypto";
import { keysFrom } from "../../lib/keys.ts";
import { type Expectation, signToken, TokenInvalid, verifyToken } from "../../lib/token.ts";

const ring = keysFrom(["a secret of ours, of more than thirty-two characters"]);
const theirs = keysFrom(["a secret of theirs, of more than thirty-two characters"]).signing;
const ours = ring.signing;
const { kid } = ours;
const NOW = Date.parse("2026-03-01T12:00:00Z");
const seconds = NOW / 1_000;

const expected: Expectation = { typ: "at+jwt", issuer: "comptoir", audience: "api", nowMs: NOW };
const header = { alg: "ES256", typ: "at+jwt", kid };
const payload = {
  roles: ["admin"],
  iss: "comptoir",
  aud: "api",
  sub: "someone",
  jti: "id",
  iat: seconds,
  nbf: seconds,
  exp: seconds + 600,
};
const part = (value: object | string) => bytesOf(value).toString("base64url");
function bytesOf(value: object | string): Buffer {
  if (Buffer.isBuffer(value)) return value;
  return Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
}

/**
 * Signed as a forger who got hold of a key would; the `ours` cases prove that form alone refuses.
 */
function signed(head: object | string, body: object | string, key: KeyObject = ours.privateKey) {
  const text = `${part(head)}.${part(body)}`;
  const options = { key, dsaEncoding: "ieee-p1363" } as const;
  return `${text}.${sign("sha256", Buffer.from(text), options).toString("base64url")}`;
}
function withHmac(head: object, secret: string | Buffer, hash = "sha256") {
  const text = `${part(head)}.${part(payload)}`;
  return `${text}.${createHmac(hash, secret).update(text).digest("base64url")}`;
}
const asDer = (text: string) =>
  `${text}.${sign("sha256", Buffer.from(text), ours.privateKey).toString("base64url")}`;
const without = (claim: keyof typeof payload) => {
  const { [claim]: _, ...rest } = payload;
  return rest;
};

const good = signed(header, payload);
const [head = "", body = "", signature = ""] = good.split(".");
const unsigned = (alg: string) => `${part({ ...header, alg })}.${part(payload)}.`;
const pem = ours.publicKey.export({ type: "spki", format: "pem" });
const der = ours.publicKey.export({ type: "spki", format: "der" });
const theirJwk = theirs.jwk;
const json = JSON.stringify(payload);
const noText = Buffer.from(json.replace("someone", "~"));
noText[noText.indexOf("~")] = 0xff;
const ordinary = signToken(
  ring,
  { typ: "principal+jwt", issuer: "comptoir", audience: "api", subject: "x", ttlSeconds: 60 },
  NOW,
);

test("what is forged here is a token that would be accepted", () => {
  expect(verifyToken(ring, good, expected)).toMatchObject({ sub: "someone", roles: ["admin"] });
});

const FORGERIES: readonly (readonly [string, string])[] = [
  ["alg none", unsigned("none")],
  ["alg None", unsigned("None")],
  ["alg nOnE", unsigned("nOnE")],
  ["alg none with a signature", `${part({ ...header, alg: "none" })}.${body}.${signature}`],
  ["no alg", signed({ typ: "at+jwt", kid }, payload)],
  ["HS256 with the public key as PEM", withHmac({ ...header, alg: "HS256" }, pem)],
  ["HS256 with the public key as DER", withHmac({ ...header, alg: "HS256" }, der)],
  [
    "HS256 with the public key as JWK",
    withHmac({ ...header, alg: "HS256" }, JSON.stringify(ours.jwk)),
  ],
  ["HS256 with an empty secret", withHmac({ ...header, alg: "HS256" }, "")],
  [
    "HS512 with the public key, as long as ours",
    withHmac({ ...header, alg: "HS512" }, pem, "sha512"),
  ],
  ["ES256 said, HMAC done", withHmac(header, pem, "sha512")],
  ["alg ES384", signed({ ...header, alg: "ES384" }, payload)],
  ["another's key under our kid", signed(header, payload, theirs.privateKey)],
  ["another's kid and key", signed({ ...header, kid: theirs.kid }, payload, theirs.privateKey)],
  ["no kid", signed({ alg: "ES256", typ: "at+jwt" }, payload)],
  ["a kid that is a path", signed({ ...header, kid: "../../../../dev/null" }, payload)],
  ["a kid that is SQL", signed({ ...header, kid: "' UNION SELECT 'key' --" }, payload)],
  ["a kid of Object's prototype", signed({ ...header, kid: "__proto__" }, payload)],
  ["a kid that is a list", signed({ ...header, kid: [kid] }, payload)],
  ["a jku", signed({ ...header, jku: "https://evil.example/jwks" }, payload)],
  ["an x5u", signed({ ...header, x5u: "https://evil.example/x5u" }, payload)],
  ["an x5c", signed({ ...header, x5c: ["MIIB"] }, payload)],
  ["a jwk of theirs", signed({ ...header, jwk: theirJwk }, payload, theirs.privateKey)],
  ["a jwk of ours", signed({ ...header, jwk: ours.jwk }, payload)],
  ["a crit", signed({ ...header, crit: ["exp"], exp: 1 }, payload)],
  ["b64 false, in crit", signed({ ...header, b64: false, crit: ["b64"] }, payload)],
  ["zip", signed({ ...header, zip: "DEF" }, payload)],
  ["a nested token", signed({ ...header, cty: "JWT" }, payload)],
  ["typ JWT", signed({ ...header, typ: "JWT" }, payload)],
  ["no typ", signed({ alg: "ES256", kid }, payload)],
  ["typ of a refresh token", signed({ ...header, typ: "rt+jwt" }, payload)],
  ["typ in other letters", signed({ ...header, typ: "AT+JWT" }, payload)],
  ["a principal of the bus as access", ordinary],
  ["another issuer", signed(header, { ...payload, iss: "evil" })],
  ["issuers", signed(header, { ...payload, iss: ["comptoir"] })],
  ["another audience", signed(header, { ...payload, aud: "bus" })],
  ["audiences", signed(header, { ...payload, aud: ["api", "evil"] })],
  ["not valid yet", signed(header, { ...payload, nbf: seconds + 31 })],
  ["given in the future", signed(header, { ...payload, iat: seconds + 31 })],
  ["no end", signed(header, without("exp"))],
  ["an end that is a text", signed(header, { ...payload, exp: "9999999999" })],
  ["an end that is no number", signed(header, { ...payload, exp: null })],
  ["no beginning", signed(header, without("nbf"))],
  ["no moment of issue", signed(header, without("iat"))],
  ["no subject", signed(header, without("sub"))],
  ["no id", signed(header, without("jti"))],
  ["a signature that is cut", good.slice(0, -1)],
  ["half a signature", good.slice(0, -43)],
  ["a signature that is empty", `${head}.${body}.`],
  ["no signature at all", `${head}.${body}`],
  ["a signature of zeros (CVE-2022-21449)", `${head}.${body}.${part("\0".repeat(64))}`],
  ["a signature in DER", asDer(`${head}.${body}`)],
  ["a signature with other unused bits", `${good.slice(0, -1)}${sibling(good.at(-1) ?? "")}`],
  ["a signature with padding", `${good}==`],
  ["a signature of another text", `${head}.${part({ ...payload, sub: "admin" })}.${signature}`],
  ["a huge token", signed(header, { ...payload, more: "x".repeat(4_096) })],
  ["a huge header", signed({ ...header, kid: "x".repeat(1_000) }, payload)],
  ["a megabyte", "x".repeat(1_000_000)],
  ["a claim said twice", signed(header, json.replace("{", '{"sub":"admin",'))],
  ["a header said twice", signed(JSON.stringify(header).replace("{", '{"alg":"none",'), payload)],
  ["white space in the JSON", signed(header, json.replace("{", "{ "))],
  ["a payload that is no object", signed(header, "[]")],
  ["a payload that is no JSON", signed(header, "{")],
  ["a header that is null", signed("null", payload)],
  ["a payload that is no UTF-8", signed(header, noText)],
  ["a fourth part", `${good}.${signature}`],
  ["five parts (JWE)", `${head}.${body}.${signature}.${signature}.${signature}`],
  ["standard base64", `${head}.${body}.${signature.slice(0, 84)}+/`],
  ["a line feed behind it", `${good}\n`],
  ["a space before it", ` ${good}`],
  ["nothing", ""],
  ["dots", ".."],
];

/** Another last letter that decodes to the same bytes: 86 letters hold 516 bits for 512. */
function sibling(letter: string): string {
  return String.fromCodePoint((letter.codePointAt(0) ?? 0) + 1);
}

test.each(FORGERIES)("%s is refused", (_, forged) => {
  expect(() => verifyToken(ring, forged, expected)).toThrow(
    expect.objectContaining({ type: TokenInvalid.type, code: 401, data: {} }),
  );
});

test("no byte of a token may be another one", () => {
  for (let at = 0; at < good.length; at += 1) {
    const other = good[at] === "A" ? "B" : "A";
    const forged = good.slice(0, at) + other + good.slice(at + 1);
    expect(() => verifyToken(ring, forged, expected)).toThrow(
      expect.objectContaining({ type: TokenInvalid.type }),
    );
  }
});

test("who forges an expired token is not told that it has expired", () => {
  const forged = signed(header, { ...payload, exp: seconds - 600 }, theirs.privateKey);
  expect(() => verifyToken(ring, forged, expected)).toThrow(
    expect.objectContaining({ type: TokenInvalid.type }),
  );
});
