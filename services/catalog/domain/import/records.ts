/**
 * Cuts CSV text (RFC 4180) into records and numbers their lines. csv-parse reads what is in a record;
 * where a record ends is decided here, because a quote that is never closed would make any CSV
 * parser swallow the rest of the file: here the record is given up and reading goes on at its
 * second line. Memory is one record at most.
 */

export type Broken = "quote" | "unclosed" | "length";

export interface CsvRecord {
  /** The physical line (1-based) on which the record begins. */
  line: number;
  /** Without the line break at its end; of a broken one only the beginning. */
  text: string;
  broken?: Broken;
}

const QUOTE = 34;
const LF = 10;
const CR = 13;

type Position = "start" | "plain" | "quoted" | "afterQuote";

export class RecordCutter {
  readonly #delimiter: number;
  readonly #limit: number;
  #text = "";
  /** Where the record began, where we are, and where its second line begins (if it has one). */
  #start = 0;
  #at = 0;
  #secondLine = -1;
  #position: Position = "start";
  #line = 1;
  #linesInside = 0;
  /** The beginning of a record that was given up; the rest of its line is being passed over. */
  #givenUp: CsvRecord | undefined;

  constructor(delimiter: string, limit: number) {
    this.#delimiter = delimiter.charCodeAt(0);
    this.#limit = limit;
  }

  /** The records that are complete with this text. With `last`, also what remains. */
  *push(text: string, last = false): Generator<CsvRecord> {
    this.#text = this.#text.slice(this.#start) + text;
    this.#at -= this.#start;
    if (this.#secondLine >= 0) this.#secondLine -= this.#start;
    this.#start = 0;
    for (;;) {
      const record = this.#next(last);
      if (record === undefined) break;
      if (record.broken !== undefined || record.text !== "") yield record;
    }
  }

  #next(last: boolean): CsvRecord | undefined {
    const text = this.#text;
    while (this.#at < text.length) {
      const character = text.charCodeAt(this.#at);
      // A carriage return at the very end may be the first half of a CRLF that comes next.
      if (character === CR && this.#at + 1 === text.length && !last) return undefined;
      const lineBreak = character === LF || character === CR;
      if (lineBreak && this.#endsAtBreak()) return this.#finish();
      if (lineBreak) this.#breakInside();
      else if (!this.#step(character)) {
        const given = this.#abort("quote");
        if (given) return given;
      }
      this.#at++;
      if (this.#at - this.#start > this.#limit && !this.#givenUp) {
        const given = this.#abort(this.#isOpenOverLines() ? "unclosed" : "length");
        if (given) return given;
      }
      if (this.#givenUp) this.#start = this.#at;
    }
    return last ? this.#remainder() : undefined;
  }

  #isOpenOverLines(): boolean {
    return this.#position === "quoted" && this.#secondLine >= 0;
  }

  #endsAtBreak(): boolean {
    return this.#givenUp !== undefined || this.#position !== "quoted";
  }

  /** One character that is no line break; false if no CSV can have it there. */
  #step(character: number): boolean {
    if (this.#givenUp) return true;
    if (this.#position === "quoted") {
      if (character === QUOTE) this.#position = "afterQuote";
    } else if (character === this.#delimiter) this.#position = "start";
    else if (this.#position === "start") this.#position = character === QUOTE ? "quoted" : "plain";
    else if (this.#position === "afterQuote") {
      if (character !== QUOTE) return false;
      this.#position = "quoted";
    }
    return true;
  }

  #breakInside(): void {
    this.#at = this.#afterBreak() - 1;
    this.#linesInside++;
    if (this.#secondLine < 0) this.#secondLine = this.#at + 1;
  }

  #afterBreak(): number {
    const pair =
      this.#text.charCodeAt(this.#at) === CR && this.#text.charCodeAt(this.#at + 1) === LF;
    return this.#at + (pair ? 2 : 1);
  }

  #finish(): CsvRecord {
    const record = this.#givenUp ?? {
      line: this.#line,
      text: this.#text.slice(this.#start, this.#at),
    };
    this.#begin(this.#afterBreak(), this.#line + this.#linesInside + 1);
    return record;
  }

  /** Goes back to the record's second line; if it has none, passes over the rest of its line. */
  #abort(broken: Broken): CsvRecord | undefined {
    const record = {
      line: this.#line,
      text: this.#text.slice(this.#start, this.#start + 200),
      broken,
    };
    if (this.#secondLine < 0) {
      this.#givenUp = record;
      return undefined;
    }
    this.#begin(this.#secondLine, this.#line + 1);
    return record;
  }

  #remainder(): CsvRecord | undefined {
    if (this.#givenUp) return this.#finish();
    if (this.#start >= this.#text.length) return undefined;
    if (this.#position === "quoted") return this.#abort("unclosed") ?? this.#finish();
    return this.#finish();
  }

  #begin(at: number, line: number): void {
    this.#start = at;
    this.#at = at;
    this.#line = line;
    this.#secondLine = -1;
    this.#linesInside = 0;
    this.#position = "start";
    this.#givenUp = undefined;
  }
}
