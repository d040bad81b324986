import { compareSync, hashSync } from "bcryptjs";
import {
  bcryptInput,
  compareNow,
  costOf,
  hashNow,
  hashOfNobody,
} from "../../../../../services/identity/adapters/passwords/bcrypt.ts";

const COST = 4;

describe("what is hashed of a password", () => {
  test("is the password itself up to 72 bytes, as any other bcrypt would have it", () => {
    for (const password of ["correct horse battery", "x".repeat(72), "é".repeat(36)]) {
      expect(compareNow(password, hashSync(password, COST))).toBe(true);
      expect(compareSync(password, hashNow(password, COST))).toBe(true);
    }
  });

  test.each([
    ["ASCII", "x".repeat(72)],
    ["two bytes each", "é".repeat(64)],
    ["four bytes each", "🔑".repeat(32)],
  ])("is all of it beyond 72 bytes too (%s)", (_, long) => {
    const hash = hashNow(`${long}a`, COST);
    expect(compareNow(`${long}a`, hash)).toBe(true);
    expect(compareNow(`${long}b`, hash)).toBe(false);
    expect(compareNow(long, hash)).toBe(false);
    expect(Buffer.byteLength(bcryptInput(`${long}a`))).toBe(64);
  });

  test("is not cut at a NUL, nor the same when repeated with one", () => {
    const hash = hashNow("secret\0secret", COST);
    expect(compareNow("secret\0secret", hash)).toBe(true);
    expect(compareNow("secret", hash)).toBe(false);
    expect(compareNow("secret\0other", hash)).toBe(false);
  });

  test("is the same for the same letters, however the keyboard composes them", () => {
    const hash = hashNow("mot de passe é".normalize("NFC"), COST);
    expect(compareNow("mot de passe é".normalize("NFD"), hash)).toBe(true);
    expect(compareNow("mot de passe e", hash)).toBe(false);
    expect(compareNow("Mot de passe é", hash)).toBe(false);
  });
});

describe("a hash", () => {
  test("is another one each time, and says what it cost", () => {
    const hash = hashNow("a password", 5);
    expect(hash).toMatch(/^\$2b\$05\$/);
    expect(hashNow("a password", 5)).not.toBe(hash);
    expect(costOf(hash)).toBe(5);
  });

  test.each([
    "",
    "secret",
    "$1$abc",
    "$2b$12$tooshort",
    `${hashNow("x", COST)}x`,
    "$argon2id$v=19",
  ])("is not %j", (text) => expect(costOf(text)).toBeUndefined());

  test.each([4, 5, 12])("of nobody costs %i, like a real one", (cost) => {
    expect(costOf(hashOfNobody(cost))).toBe(cost);
  });

  test("of nobody is really computed: bcrypt takes its salt", () => {
    const salt = hashOfNobody(COST).slice(0, 29);
    expect(hashSync("x", salt).slice(0, 28)).toBe(salt.slice(0, 28));
    expect(compareNow("", hashOfNobody(COST))).toBe(false);
  });
});
