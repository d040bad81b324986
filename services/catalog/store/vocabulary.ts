/** The catalogue's vocabulary, from which misspelled searches are corrected. */
import type { Sql } from "../../../lib/sql.ts";
import { LONGEST, SHORTEST } from "../domain/spelling.ts";

const MOST = 50_000;
const FRESH_MS = 60_000;
const WORDS = `select distinct word
  from product p, regexp_split_to_table(p.search_words, '[^[:alpha:]]+') word
  where p.status = 'active' and length(word) between ${SHORTEST} and ${LONGEST}
  order by word limit ${MOST}`;

/** Cached for a minute: new words are corrected a little later. */
export class Vocabulary {
  readonly #sql: () => Sql;
  #words: Promise<readonly string[]> | undefined;
  #until = 0;

  constructor(sql: () => Sql) {
    this.#sql = sql;
  }

  /** All of them, as the database's `plain` makes them; those who ask at once share one question. */
  words(): Promise<readonly string[]> {
    if (this.#words && performance.now() < this.#until) return this.#words;
    this.#until = performance.now() + FRESH_MS;
    const asked = this.#sql()
      .rows<{ word: string }>(WORDS)
      .then((rows) => rows.map(({ word }) => word));
    this.#words = asked;
    // After a failure the next search reads it again.
    asked.catch(() => (this.#until = 0));
    return asked;
  }
}
