/** What the nodes logged as errors, counted by kind. */
interface Logged {
  readonly msg?: string;
  readonly svc?: string;
  readonly err?: { readonly message?: string; readonly stack?: string };
}
/** What differs from one to the next. */
const PARTICULARS = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b\d+\b|-\d\b/g;

export class Errors {
  readonly #kinds = new Map<string, { times: number; example: string }>();

  /** A line as a node wrote it: JSON, or it is kept as it is. */
  hear(line: string): void {
    const { svc = "", msg = "", err } = read(line);
    const text = `${svc}: ${msg} ${err?.message ?? ""}`.replaceAll(PARTICULARS, "*");
    const kind = this.#kinds.get(text) ?? { times: 0, example: err?.stack ?? line };
    this.#kinds.set(text, { ...kind, times: kind.times + 1 });
  }

  /** The most frequent first, with the first one's place in the code. */
  lines(): string[] {
    return [...this.#kinds]
      .toSorted(([, a], [, b]) => b.times - a.times)
      .map(([text, { times, example }]) => {
        const place = /\n\s+(at .*\/(services|lib|mixins)\/.*)/.exec(example)?.[1] ?? "";
        return `${times} × ${text.slice(0, 300)} ${place}`;
      });
  }
}

function read(line: string): Logged {
  try {
    return JSON.parse(line) as Logged;
  } catch {
    return { msg: line };
  }
}
