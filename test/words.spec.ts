/** Words that were replaced by the field's terms must not come back, nor comments without a subject. */
import { globSync, readFileSync } from "node:fs";

const files = globSync(
  "{lib,middlewares,mixins,edge,services,runtime,operations,tools}/**/*.ts",
).concat("config.ts", "moleculer.config.ts");

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

/** Openings of a comment that leave out its noun: "Whose thing it is", "Of the file". */
const HEADLESS =
  /^(?:What|Whatever|Who|Whoever|Whose|Whom|Whether|Which|How|Of|Told|Likewise|Nobody|Somebody)\b/;

/** The comments of a program, each as one line; those at the end of a line of code, too. */
const commentsIn = (text: string) =>
  [...text.matchAll(/\/\*\*([\s\S]*?)\*\/|((?:^[ \t]*\/\/ .*\n)+)|[;,{)] \/\/ (.*)$/gm)].map(
    ([, block = "", lines = "", end = ""]) =>
      `${block}${lines}${end}`
        .replace(/^\s*(?:\*|\/\/) ?/gm, "")
        .replace(/\s+/g, " ")
        .trim(),
  );

/** Folders whose comments are still to be rewritten. */
const EXCEPT =
  /^(?:tools|operations\/(?:backup|nats|invariants|client)|services\/(?:catalog\/domain\/import|gateway\/openapi))\//;

test("comments begin with their subject or their verb", () => {
  const read = files.filter((file) => !EXCEPT.test(file));
  const found = read.flatMap((file) =>
    commentsIn(readFileSync(file, "utf8"))
      .filter((comment) => HEADLESS.test(comment))
      .map((comment) => `${file}: ${comment.slice(0, 80)}`),
  );
  expect(found).toEqual([]);
});
