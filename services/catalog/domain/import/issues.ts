/** Makes the lines of an import's report from the messages in issues.json. */
import { type Sentence, formatMessage } from "../../../../lib/failure.ts";
import ISSUES from "./issues.json" with { type: "json" };
import type { IssueLevel, ImportIssue } from "./imported.ts";

/** What issues.json says of each kind of issue. Words in {braces} are taken from the data of the case. */
interface IssueKind {
  readonly level: IssueLevel;
  readonly what: Sentence;
  readonly hint: Sentence;
}

export type IssueCode = keyof typeof ISSUES;

/** Words for a sentence; `value` is what stood in the file. */
export interface IssueData {
  value?: string;
  [word: string]: string | number | undefined;
}

const CUT = 120;

export function issueAt(
  line: number,
  field: string,
  code: IssueCode,
  data: IssueData = {},
): ImportIssue {
  const { level, what, hint } = ISSUES[code] as IssueKind;
  const value = storable(data.value ?? "");
  const words = Object.fromEntries(Object.entries({ ...data, value }).map(short));
  const fill = ({ fr, en }: Sentence) => ({
    fr: formatMessage(fr, words),
    en: formatMessage(en, words),
  });
  return { line, field, level, code, value, what: fill(what), hint: fill(hint) };
}

const short = ([word, input]: [string, string | number | undefined]) =>
  [word, typeof input === "string" ? storable(input) : input] as const;

/** At most 120 characters, without the NUL and lone surrogates that Postgres refuses. */
const storable = (text: string): string =>
  text.slice(0, CUT).toWellFormed().replaceAll("\0", "\uFFFD");
