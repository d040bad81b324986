import { assert, property, string } from "fast-check";
import { COMMON } from "../../../../../services/identity/adapters/passwords/common.ts";
import {
  checkPassword,
  LONGEST,
  PasswordIsYourName,
  PasswordTooCommon,
  PasswordTooLong,
  PasswordTooShort,
  PasswordUnreadable,
  SHORTEST,
} from "../../../../../services/identity/adapters/passwords/policy.ts";

const person = { username: "jean.dupont75", email: "jean.dupont@example.fr" };
const check = (password: string) => () => checkPassword(password, person);

describe("a new password", () => {
  test.each([
    "four unrelated words",
    "Xk3!vQ9#pLm2",
    "cheval pile agrafe correct",
    "une phrase avec des accents é à ü",
    "パスワードは長いほうが良いです",
    "🔑🚲🍎🎻🏔🌧🧀📎🪁🦉🧭🪵",
    "jean likes his dupont bicycle",
    "12345 and then some more",
    "jean.dupont-8!46?29",
    "🔑🚲🍎🎻🏔🌧🧀📎🪁🦉🧭🪵🥁🪜🛶🎺".repeat(8),
    "x".repeat(100) + "a story that is longer ".slice(0, 28),
  ])("may be %j", (password) => {
    expect(check(password)).not.toThrow();
  });

  test.each([
    ["", PasswordTooShort],
    ["Xk3!vQ9#pLm", PasswordTooShort],
    ["🔑🚲🍎🎻🏔🌧🧀📎🪁🦉🧭", PasswordTooShort],
    ["ab ".repeat(43), PasswordTooLong],
    ["x".repeat(1_000_000), PasswordTooLong],
    ["a tab\tin the middle", PasswordUnreadable],
    ["a nul\0in the middle", PasswordUnreadable],
    ["half a pair \ud83d of surrogates", PasswordUnreadable],
    ["jean.dupont75", PasswordIsYourName],
    ["Jean.Dupont75", PasswordIsYourName],
    [" jean.dupont75 ", PasswordIsYourName],
    ["jean.dupont75!", PasswordIsYourName],
    ["jean.dupont2026", PasswordIsYourName],
    ["2026jean.dupont", PasswordIsYourName],
    ["jean.dupontjean.dupont", PasswordIsYourName],
    ["jean.dupont@example.fr", PasswordIsYourName],
    ["JEAN.DUPONT@EXAMPLE.FR", PasswordIsYourName],
    ["ｊｅａｎ.ｄｕｐｏｎｔ75", PasswordIsYourName],
    ["password1234", PasswordTooCommon],
    ["PassWord1234", PasswordTooCommon],
    ["motdepasse123", PasswordTooCommon],
    ["Bienvenue2026", PasswordTooCommon],
    ["correct horse battery staple", PasswordTooCommon],
    ["aaaaaaaaaaaa", PasswordTooCommon],
    ["ababababababa", PasswordTooCommon],
    ["abcdeabcdeabcdeab", PasswordTooCommon],
    ["123456789012", PasswordTooCommon],
    ["098765432109", PasswordTooCommon],
    ["qwertyuiopasdf", PasswordTooCommon],
    ["azertyuiopqsdf", PasswordTooCommon],
    ["nopqrstuvwxyzabc", PasswordTooCommon],
    ["mlkjhgfdsqpoi", PasswordTooCommon],
  ])("may not be %j", (password, refusal) => {
    expect(check(password)).toThrow(expect.objectContaining({ type: refusal.type, code: 400 }));
  });

  test("has 12 to 128 characters, counted as typed", () => {
    const mixed = (length: number) => "Xk3!vQ9#pLm2 é🔑".repeat(20).slice(0, length);
    expect(check(mixed(SHORTEST))).not.toThrow();
    expect(check("éàüöçñøåßœæð".repeat(11).slice(0, LONGEST))).not.toThrow();
  });

  test("is never answered by anything but silence or a refusal", () => {
    assert(
      property(string({ unit: "binary", maxLength: 300 }), string(), (password, name) => {
        let refusal: unknown = { code: 400 };
        try {
          checkPassword(password, { username: name, email: `${name}@example.fr` });
        } catch (error) {
          refusal = error;
        }
        expect(refusal).toMatchObject({ code: 400 });
      }),
    );
  });
});

test("the list of common passwords holds only what no other rule refuses", () => {
  const nobody = { username: "nobody-at-all", email: "nobody@example.fr" };
  expect(COMMON.size).toBeGreaterThan(200);
  for (const password of COMMON) {
    expect(password).toBe(password.toLowerCase().normalize("NFKC"));
    expect(() => checkPassword(password, nobody)).toThrow(
      expect.objectContaining({ type: PasswordTooCommon.type }),
    );
  }
});
