import { assert, property, string } from "fast-check";
import {
  EmailInvalid,
  normaliseEmail,
  normaliseUsername,
  usernameKey,
  UsernameInvalid,
  UsernameMixesScripts,
} from "../../../../services/identity/domain/account.ts";

describe("an e-mail address", () => {
  test.each([
    ["jean@example.fr", "jean@example.fr"],
    ["  Jean.Dupont@Example.FR \n", "jean.dupont@example.fr"],
    ["JEAN+shop@sub.example.co.uk", "jean+shop@sub.example.co.uk"],
    ["o'neil_1/2=x@example.museum", "o'neil_1/2=x@example.museum"],
    ["ｊｅａｎ＠ｅｘａｍｐｌｅ．ｆｒ", "jean@example.fr"],
    ["Émile@Château.fr", "émile@xn--chteau-xta.fr"],
    ["e\u0301mile@cha\u0302teau.fr", "émile@xn--chteau-xta.fr"],
    ["émile@xn--chteau-xta.fr", "émile@xn--chteau-xta.fr"],
    ["用户@例子.广告", "用户@xn--fsqu00a.xn--4rr70v"],
    [`${"a".repeat(64)}@example.fr`, `${"a".repeat(64)}@example.fr`],
  ])("%j is %s", (typed, email) => {
    expect(normaliseEmail(typed)).toBe(email);
  });

  test.each([
    "",
    "@",
    "jean",
    "jean@",
    "@example.fr",
    "jean@example",
    "jean@localhost",
    "jean@1.2.3.4",
    "jean@[127.0.0.1]",
    "jean@example..fr",
    "jean@-example.fr",
    "jean@example-.fr",
    "jean@example.fr.",
    "jean@ex_ample.fr",
    "jean@exämple.fr:80",
    "jean@exämple.fr/path",
    "jean@exämple.fr?query",
    "jean@exämple.fr#part",
    "jean@x@exämple.fr",
    "jean@@example.fr",
    "jean@dupont@example.fr",
    ".jean@example.fr",
    "jean.@example.fr",
    "jean..dupont@example.fr",
    "jean dupont@example.fr",
    "jean\u00a0dupont@example.fr",
    '"jean dupont"@example.fr',
    "Jean <jean@example.fr>",
    "jean@example.fr,paul@example.fr",
    "jean@example.fr\r\nBcc: all@example.fr",
    "jean\0@example.fr",
    "jean\u202e@example.fr",
    "jean\u200b@example.fr",
    `${"a".repeat(65)}@example.fr`,
    `${"é".repeat(33)}@example.fr`,
    `a@${"b".repeat(64)}.fr`,
    `a@${"b.".repeat(127)}fr`,
    `${"a".repeat(64)}@${"b.".repeat(94)}fr`,
    "a".repeat(1_000_000),
  ])("is not %j", (typed) => {
    expect(() => normaliseEmail(typed)).toThrow(
      expect.objectContaining({ type: EmailInvalid.type, code: 400 }),
    );
  });

  test("has one form: normalised again, or typed in other letters, it is the same", () => {
    const part = string({ unit: "grapheme", minLength: 1, maxLength: 12 });
    assert(
      property(part, part, (local, domain) => {
        const typed = `${local}@${domain}.fr`;
        const email = normalised(typed);
        if (email === undefined) return;
        expect(normaliseEmail(email)).toBe(email);
        expect(normalised(typed.normalize("NFD"))).toBe(email);
        expect(normalised(` ${typed} `)).toBe(email);
      }),
      { numRuns: 500 },
    );
    function normalised(typed: string): string | undefined {
      try {
        return normaliseEmail(typed);
      } catch {
        return undefined;
      }
    }
  });
});

describe("a username", () => {
  test.each([
    ["jean", "jean"],
    [" Jean.Dupont_75- ", "Jean.Dupont_75-"],
    ["e\u0301mile", "émile"],
    ["ｊｅａｎ", "jean"],
    ["Дмитрий", "Дмитрий"],
    ["Ελένη", "Ελένη"],
    ["明子さん", "明子さん"],
    ["हिन्दी", "हिन्दी"],
    ["مريم", "مريم"],
    ["٣٤٥", "٣٤٥"],
    ["x".repeat(64), "x".repeat(64)],
    ["𝒥𝑒𝒶𝓃", "Jean"],
  ])("may be %j", (typed, name) => {
    expect(normaliseUsername(typed)).toBe(name);
  });

  test.each([
    "",
    "ab",
    "  ab  ",
    "x".repeat(65),
    "x".repeat(1_000_000),
    "jean dupont",
    "jean@example.fr",
    "jean/../paul",
    "<script>",
    "jean\u0000",
    "jean\u007fx",
    "jean\u202eluap",
    "jean\u2066paul",
    "jean\u200fpaul",
    "jean\u200bpaul",
    "jean\ufeffpaul",
    "jean\npaul",
    "\u0301\u0301\u0301",
    `e${"\u0317".repeat(20)}xx`,
    "jean🔑",
    "jean\ud83d",
  ])("is not %j", (typed) => {
    expect(() => normaliseUsername(typed)).toThrow(
      expect.objectContaining({ type: UsernameInvalid.type, code: 400 }),
    );
  });

  test.each(["аdmin", "pаypal", "Ηelen", "Еlena", "аλφα"])("does not mix scripts: %j", (typed) => {
    expect(() => normaliseUsername(typed)).toThrow(
      expect.objectContaining({ type: UsernameMixesScripts.type }),
    );
  });

  test("is taken for whoever writes it in capitals or otherwise composed", () => {
    expect(usernameKey("Émile")).toBe(usernameKey("e\u0301MILE"));
    expect(usernameKey("Émile")).not.toBe(usernameKey("Emile"));
  });

  test("is stable: normalised again it is the same name, with the same key", () => {
    assert(
      property(string({ unit: "grapheme", minLength: 3, maxLength: 20 }), (typed) => {
        let name: string;
        try {
          name = normaliseUsername(typed);
        } catch {
          return;
        }
        expect(normaliseUsername(name)).toBe(name);
        expect(usernameKey(usernameKey(name))).toBe(usernameKey(name));
      }),
      { numRuns: 500 },
    );
  });
});
