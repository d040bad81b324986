import { assert, array, integer, property, uint8Array } from "fast-check";
import { keysFrom } from "../../../../lib/keys.ts";
import {
  decide,
  hashOfRefreshToken,
  newRefreshToken,
  type RefreshDecision,
  type RefreshRow,
  sameSuccessor,
  successorOf,
} from "../../../../services/identity/domain/refresh.ts";

const NOW = new Date("2026-03-01T12:00:00Z");
const SECOND = 1_000;
const DAY = 86_400 * SECOND;
const ago = (ms: number) => new Date(NOW.getTime() - ms);
const row: RefreshRow = { issuedAt: ago(DAY), familyStartedAt: ago(DAY), successorUsed: false };
const key = Buffer.alloc(32, 1);

describe("a refresh token that is shown", () => {
  const cases: readonly [string, Partial<RefreshRow>, RefreshDecision][] = [
    ["for the first time", {}, "rotate"],
    ["at once", { issuedAt: NOW, familyStartedAt: NOW }, "rotate"],
    ["on its last idle millisecond", { issuedAt: ago(7 * DAY - 1) }, "rotate"],
    ["after seven idle days", { issuedAt: ago(7 * DAY) }, "expired"],
    ["on the family's last millisecond", { familyStartedAt: ago(30 * DAY - 1) }, "rotate"],
    ["after thirty days", { familyStartedAt: ago(30 * DAY) }, "expired"],
    ["again at once", { rotatedAt: NOW }, "replay"],
    ["again after ten seconds", { rotatedAt: ago(10 * SECOND) }, "replay"],
    ["again on a clock that is behind", { rotatedAt: ago(-2 * SECOND) }, "replay"],
    ["again after more than ten seconds", { rotatedAt: ago(10 * SECOND + 1) }, "reuse"],
    ["again when its successor was used", { rotatedAt: NOW, successorUsed: true }, "reuse"],
    ["again long after it was idle", { rotatedAt: ago(7 * DAY), issuedAt: ago(8 * DAY) }, "reuse"],
    ["again after thirty days", { rotatedAt: ago(DAY), familyStartedAt: ago(30 * DAY) }, "expired"],
    ["when revoked", { revokedAt: ago(1) }, "revoked"],
    ["when revoked, again", { revokedAt: ago(1), rotatedAt: ago(DAY) }, "revoked"],
    ["when revoked and old", { revokedAt: ago(1), familyStartedAt: ago(31 * DAY) }, "revoked"],
  ];
  test.each(cases)("%s: %j: %s", (_, change, decision) => {
    expect(decide({ ...row, ...change }, NOW)).toBe(decision);
  });

  test("of many uses of one token, at whatever times, exactly one rotates", () => {
    const times = array(integer({ min: 0, max: 60 }), { minLength: 2, maxLength: 30 });
    assert(
      property(times, (seconds) => {
        let stored: RefreshRow = row;
        const decisions: RefreshDecision[] = [];
        for (const second of seconds.sort((a, b) => a - b)) {
          const at = new Date(NOW.getTime() + second * SECOND);
          const decision = decide(stored, at);
          decisions.push(decision);
          if (decision === "rotate") stored = { ...stored, rotatedAt: at };
          if (decision === "reuse") stored = { ...stored, revokedAt: at };
        }
        const [first, ...others] = decisions;
        expect(first).toBe("rotate");
        expect(others).not.toContain("rotate");
        expect(others.filter((other) => other === "reuse").length).toBeLessThanOrEqual(1);
        const last = (seconds.at(-1) ?? 0) - (seconds[0] ?? 0);
        expect(decisions.at(-1) === "replay").toBe(last <= 10);
      }),
    );
  });
});

describe("a refresh token", () => {
  test("is 256 bits of chance of which only a hash is kept", () => {
    const { token, hash } = newRefreshToken();
    expect(Buffer.from(token, "base64url")).toHaveLength(32);
    expect(token).toHaveLength(43);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(hashOfRefreshToken(token)).toBe(hash);
    expect(newRefreshToken().token).not.toBe(token);
  });

  test.each(["", "x", "x".repeat(42), "x".repeat(44), `${"x".repeat(42)}=`, `${"x".repeat(43)}\n`])(
    "is not %j",
    (text) => expect(hashOfRefreshToken(text)).toBeUndefined(),
  );
});

describe("the successor of a token", () => {
  const { token } = newRefreshToken();

  test("is a token like any other, and always the same", () => {
    const successor = successorOf(token, key);
    expect(hashOfRefreshToken(successor.token)).toBe(successor.hash);
    expect(successorOf(token, Buffer.from(key))).toEqual(successor);
  });

  test("cannot be made without the server's key, nor from the stored hash", () => {
    const { token: next } = successorOf(token, key);
    const guesses = [
      successorOf(token, Buffer.alloc(32, 2)).token,
      successorOf(token, Buffer.alloc(0)).token,
      successorOf(hashOfRefreshToken(token) ?? "", key).token,
      newRefreshToken(Buffer.from(hashOfRefreshToken(token) ?? "", "hex")).token,
    ];
    expect(guesses).not.toContain(next);
  });

  test("is different for different tokens, and a family never comes back to where it was", () => {
    assert(
      property(uint8Array({ minLength: 32, maxLength: 32 }), (entropy) => {
        const family = new Set<string>();
        let next = newRefreshToken(entropy).token;
        for (let turn = 0; turn < 20; turn += 1) {
          family.add(next);
          next = successorOf(next, key).token;
        }
        expect(family.size).toBe(20);
      }),
      { numRuns: 20 },
    );
  });

  test("is answered again also when the secret was changed in between", () => {
    const old = keysFrom(["an old secret of more than thirty-two characters"]);
    const changed = keysFrom([
      "a new secret of more than thirty-two characters",
      "an old secret of more than thirty-two characters",
    ]);
    const [oldKey = key] = old.derived("refresh");
    const given = successorOf(token, oldKey);
    expect(sameSuccessor(token, given.hash, changed.derived("refresh"))).toEqual(given);
    expect(sameSuccessor(token, given.hash, [key])).toBeUndefined();
    expect(sameSuccessor(newRefreshToken().token, given.hash, [oldKey])).toBeUndefined();
  });
});
