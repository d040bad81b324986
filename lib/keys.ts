/**
 * The keys of a company from its secrets, so that every node with the same `JWT_SECRET` has the
 * same keys without asking anybody. Who has a secret can sign in everyone's name: it is read from a
 * file or the environment by `config.ts`, and neither it nor a private key is ever printed or
 * published.
 */
import { createECDH, createHash, createPrivateKey, createPublicKey, hkdfSync } from "node:crypto";
import type { KeyObject } from "node:crypto";

/** A public key as RFC 7517 writes it: what `/.well-known/jwks.json` lists. */
export interface PublicJwk {
  readonly kty: "EC";
  readonly crv: "P-256";
  readonly x: string;
  readonly y: string;
  readonly kid: string;
  readonly alg: "ES256";
  readonly use: "sig";
}

export interface KeyPair {
  /** The first 16 hexadecimal digits of the SHA-256 of the public key's SPKI. */
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly jwk: PublicJwk;
}

export interface KeyRing {
  /** Signs what is new. */
  readonly signing: KeyPair;
  /** All that verify, by their `kid`. */
  readonly byKid: ReadonlyMap<string, KeyPair>;
  /** Returns the public keys as a JWK set (RFC 7517), the signing one first. */
  readonly jwks: () => { readonly keys: readonly PublicJwk[] };
  /**
   * A symmetric key of 32 bytes for each secret, in their order, for the one use that `label`
   * names: make with the first, and accept what any of them made.
   */
  readonly derived: (label: string) => readonly Buffer[];
}

const SHORTEST_SECRET = 32;

const SIGNING_LABEL = "comptoir/es256-signing-key";
const SYMMETRIC_LABEL = "comptoir/derived-key";

/**
 * The number of points of P-256 (FIPS 186-5 / SP 800-186, §3.2.1.3): a private key is 1 … n − 1.
 */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/**
 * The ring of `secrets`: the first signs, all verify. To change a secret put the new one first, and
 * take the old one away when everything that it signed has expired. The same secrets give the same
 * keys on every machine and for ever.
 * @throws Error if there is no secret or one has fewer than 32 characters; it never quotes them.
 */
export function keysFrom(secrets: readonly string[]): KeyRing {
  const distinct = [...new Set(secrets)];
  if (distinct.some((secret) => secret.length < SHORTEST_SECRET)) {
    throw new Error(`A signing secret must have at least ${SHORTEST_SECRET} characters.`);
  }
  const pairs = distinct.map(pairFrom);
  const [signing] = pairs;
  if (!signing) throw new Error("At least one signing secret is needed.");
  const byKid = new Map(pairs.map((pair) => [pair.kid, pair]));
  return {
    signing,
    byKid,
    jwks: () => ({ keys: pairs.map(({ jwk }) => jwk) }),
    derived: (label) => distinct.map((secret) => expand(secret, `${SYMMETRIC_LABEL}/${label}`)),
  };
}

/**
 * The first of the candidates that may be a private key of P-256. One in 2^32 is out of range, and
 * then the next is asked for (FIPS 186-5, A.2.2), rather than reduced: the key stays unbiased.
 */
export function firstInRange(candidate: (attempt: number) => Buffer): Buffer {
  for (let attempt = 0; ; attempt += 1) {
    const bytes = candidate(attempt);
    const scalar = BigInt(`0x${bytes.toString("hex")}`);
    if (scalar > 0n && scalar < ORDER) return bytes;
  }
}

function pairFrom(secret: string): KeyPair {
  const d = firstInRange((attempt) => expand(secret, `${SIGNING_LABEL}/${attempt}`));
  const curve = createECDH("prime256v1");
  curve.setPrivateKey(d);
  const point = curve.getPublicKey(); // 0x04, then x and y of 32 bytes each
  const jwkPoint = {
    kty: "EC",
    crv: "P-256",
    x: point.subarray(1, 33).toString("base64url"),
    y: point.subarray(33, 65).toString("base64url"),
  } as const;
  const privateKey = createPrivateKey({
    key: { ...jwkPoint, d: d.toString("base64url") },
    format: "jwk",
  });
  const publicKey = createPublicKey(privateKey);
  const spki = publicKey.export({ type: "spki", format: "der" });
  const kid = createHash("sha256").update(spki).digest("hex").slice(0, 16);
  return { kid, privateKey, publicKey, jwk: { ...jwkPoint, kid, alg: "ES256", use: "sig" } };
}

/** HKDF (RFC 5869) with SHA-256: 32 bytes that say nothing of the secret nor of other labels. */
const expand = (secret: string, label: string): Buffer =>
  Buffer.from(hkdfSync("sha256", secret, "", label, 32));
