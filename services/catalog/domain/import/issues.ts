/** Makes the lines of an import's report from the tables of faults. */
import { type Sentence, formatMessage } from "../../../../lib/failure.ts";
import { FILE_ISSUES } from "./issues.file.ts";
import { PRODUCT_ISSUES } from "./issues.product.ts";
import { STORE_ISSUES } from "./issues.store.ts";
import { VARIANT_ISSUES } from "./issues.variant.ts";
import type { IssueLevel, ImportIssue } from "./imported.ts";

/** A kind of fault. Words in {braces} are taken from the data of the case. */
export interface IssueKind {
  level: IssueLevel;
  what: Sentence;
  hint: Sentence;
}

export const ISSUES = {
  ...FILE_ISSUES,
  ...PRODUCT_ISSUES,
  ...VARIANT_ISSUES,
  ...STORE_ISSUES,
};
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
  const { level, what, hint }: IssueKind = ISSUES[code];
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
