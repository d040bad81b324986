import { createHash, createPublicKey, sign, verify } from "node:crypto";
import { firstInRange, keysFrom } from "../../lib/keys.ts";

const OLD = "an old secret of more than thirty-two characters";
const NEW = "a new secret of more than thirty-two characters";
const order = Buffer.from(
  "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
  "hex",
);
const one = Buffer.from("1".padStart(64, "0"), "hex");

describe("a ring of keys", () => {
  test("is the same on every machine that has the same secret", () => {
    // Written down once: another value would end every session at the next release.
    expect(keysFrom([OLD]).signing.kid).toBe("a2dab15ff5cecf0b");
    expect(keysFrom([OLD]).signing.jwk).toEqual(keysFrom([OLD]).signing.jwk);
    expect(keysFrom([OLD]).derived("x")).toEqual(keysFrom([OLD]).derived("x"));
  });

  test("is another one for another secret, be it by one letter", () => {
    expect(keysFrom([`${OLD}.`]).signing.kid).not.toBe(keysFrom([OLD]).signing.kid);
    expect(keysFrom([`${OLD}.`]).derived("x")).not.toEqual(keysFrom([OLD]).derived("x"));
  });

  test("signs with the first secret and knows the keys of all", () => {
    const ring = keysFrom([NEW, OLD, NEW]);
    expect(ring.signing.kid).toBe(keysFrom([NEW]).signing.kid);
    expect([...ring.byKid.keys()]).toEqual([
      keysFrom([NEW]).signing.kid,
      keysFrom([OLD]).signing.kid,
    ]);
    expect(ring.derived("x")).toHaveLength(2);
    expect(ring.derived("x")[1]).toEqual(keysFrom([OLD]).derived("x")[0]);
  });

  test("names a key by the hash of its public part", () => {
    const { kid, publicKey } = keysFrom([OLD]).signing;
    const spki = publicKey.export({ type: "spki", format: "der" });
    expect(createHash("sha256").update(spki).digest("hex").startsWith(kid)).toBe(true);
    expect(kid).toMatch(/^[0-9a-f]{16}$/);
  });

  test("publishes keys that verify and none that sign", () => {
    const ring = keysFrom([NEW, OLD]);
    const { keys } = ring.jwks();
    expect(keys.map(({ kid }) => kid)).toEqual([...ring.byKid.keys()]);
    expect(JSON.stringify(keys)).not.toContain('"d"');
    const [first] = keys;
    const published = createPublicKey({ key: { ...first }, format: "jwk" });
    const text = Buffer.from("text");
    const signature = sign("sha256", text, ring.signing.privateKey);
    expect(verify("sha256", text, published, signature)).toBe(true);
  });

  test("derives keys of 32 bytes that differ by what they are for", () => {
    const { derived } = keysFrom([OLD]);
    expect(derived("one")[0]).toHaveLength(32);
    expect(derived("one")[0]).not.toEqual(derived("two")[0]);
  });

  test.each([
    [[], /at least one/i],
    [["a".repeat(31)], /32 characters/],
    [[OLD, "short and secret"], /32 characters/],
  ])("is not made from %j", (secrets, sentence) => {
    expect(() => keysFrom(secrets)).toThrow(sentence);
  });

  test("does not tell a secret that it refuses", () => {
    expect(() => keysFrom(["tiny"])).toThrow(/^(?!.*tiny)/s);
  });
});

describe("a private key of P-256", () => {
  const below = Buffer.from(order);
  below[31] = 0x50;

  test.each([
    ["zero", Buffer.alloc(32)],
    ["the order", order],
    ["above the order", Buffer.alloc(32, 0xff)],
  ])("is not %s: the next candidate is taken", (_, wrong) => {
    const asked: number[] = [];
    const taken = firstInRange((attempt) => {
      asked.push(attempt);
      return attempt < 2 ? wrong : one;
    });
    expect(taken).toEqual(one);
    expect(asked).toEqual([0, 1, 2]);
  });

  test.each([
    ["one", one],
    ["the order less one", below],
  ])("may be %s", (_, right) => {
    expect(firstInRange((attempt) => (attempt === 0 ? right : Buffer.alloc(32, 1)))).toEqual(right);
  });
});
