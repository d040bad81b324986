/** Makes the lines of an import's report from the tables of faults. */
import { type Sentence, formatMessage } from "../../../../lib/failure.ts";
import { FILE_FAULTS } from "./faults.file.ts";
import { PRODUCT_FAULTS } from "./faults.product.ts";
import { STORE_FAULTS } from "./faults.store.ts";
import { VARIANT_FAULTS } from "./faults.variant.ts";
import type { FaultLevel, ImportFault } from "./imported.ts";

/** A kind of fault. Words in {braces} are taken from the data of the case. */
export interface FaultKind {
  level: FaultLevel;
  what: Sentence;
  mend: Sentence;
}

export const FAULTS = {
  ...FILE_FAULTS,
  ...PRODUCT_FAULTS,
  ...VARIANT_FAULTS,
  ...STORE_FAULTS,
};
export type FaultCode = keyof typeof FAULTS;

/** Words for a sentence; `value` is what stood in the file. */
export interface FaultData {
  value?: string;
  [word: string]: string | number | undefined;
}

const CUT = 120;

export function faultAt(
  line: number,
  field: string,
  code: FaultCode,
  data: FaultData = {},
): ImportFault {
  const { level, what, mend }: FaultKind = FAULTS[code];
  const value = storable(data.value ?? "");
  const words = Object.fromEntries(Object.entries({ ...data, value }).map(short));
  const tell = ({ fr, en }: Sentence) => ({
    fr: formatMessage(fr, words),
    en: formatMessage(en, words),
  });
  return { line, field, level, code, value, what: tell(what), mend: tell(mend) };
}

const short = ([word, said]: [string, string | number | undefined]) =>
  [word, typeof said === "string" ? storable(said) : said] as const;

/** At most 120 characters, without the NUL and lone surrogates that Postgres refuses. */
const storable = (text: string): string =>
  text.slice(0, CUT).toWellFormed().replaceAll("\0", "\uFFFD");
