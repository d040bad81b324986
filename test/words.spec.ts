/** Words that were replaced by the field's terms must not come back, in identifiers or names of files. */
import { globSync, readFileSync } from "node:fs";

const files = globSync("{lib,middlewares,mixins,services,runtime,operations,tools}/**/*.ts").concat(
  "config.ts",
  "moleculer.config.ts",
);

/** Words, as parts of a name: `toldPrices`, `TOLD_AGAIN`, `told-prices.store.ts`. */
const REFUSED =
  "told standing whois turnstile crowd patience duty duties bell house mend fate fates reaches unheard judge".split(
    " ",
  );
/** Whole names. */
const NAMES =
  "oneAtATime onceForKey carryOut letIn sendOff drawUp giveUp inTurn HotAnswers Denials ComingAndGoing Wire Stale Front".split(
    " ",
  );
const DEMANDS = /^#?demand[A-Z]/;

const wordsOf = (name: string) =>
  name
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z]+/);

/** The names in a program, without its comments and texts. */
const namesIn = (text: string) =>
  new Set(
    text
      .replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|\s\/\/ .*$/gm, " ")
      .replace(/"(?:\\.|[^"\\\n])*"|`[^`]*`|'(?:\\.|[^'\\\n])*'/g, " ")
      .match(/#?[A-Za-z_$][\w$]*/g) ?? [],
  );

test("identifiers", () => {
  const found = files.flatMap((file) =>
    [...namesIn(readFileSync(file, "utf8"))]
      .filter(
        (name) =>
          NAMES.includes(name) ||
          DEMANDS.test(name) ||
          wordsOf(name).some((word) => REFUSED.includes(word)),
      )
      .map((name) => `${file}: ${name}`),
  );
  expect(found).toEqual([]);
});

test("names of files and folders", () => {
  const found = files.filter((file) => wordsOf(file).some((word) => REFUSED.includes(word)));
  expect(found).toEqual([]);
});
