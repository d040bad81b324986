/** Where the nodes of a company can be killed, and which of these places are left. */

/** Right before and after a step's call there is nothing but the call, which has points of its own. */
const AROUND_A_CALL = /\.(before|after)-call$/;

/** The points in a record of what was passed: each once, in the order in which they were met. */
export const pointsIn = (record: string): string[] =>
  [...new Set(record.split("\n"))].filter((point) => point !== "" && !AROUND_A_CALL.test(point));

/** So often a point is aimed at before it is given up. */
const TRIES = 6;

/** The points of one group of nodes on their way from met to killed at. */
export class Points {
  /** In the order in which they were met. */
  readonly all: readonly string[];
  /** Met by one story and not by another: what is only done when something else came too late. */
  readonly byChance: ReadonlySet<string>;
  readonly #killed = new Set<string>();
  readonly #tries = new Map<string, number>();
  #waiting: readonly string[];

  /** `met`: what each of several stories has met. */
  constructor(met: readonly (readonly string[])[]) {
    this.all = [...new Set(met.flat())];
    this.byChance = new Set(this.all.filter((point) => !met.every((one) => one.includes(point))));
    // The last ones first: what waits to go on then has the others still to come.
    this.#waiting = this.all.toReversed();
  }

  get left(): number {
    return this.#waiting.length;
  }

  /** Takes the next ones, at most `count`. */
  take(count: number): readonly string[] {
    const taken = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    return taken;
  }

  killed(point: string): void {
    this.#killed.add(point);
  }

  /** Nobody came by: its turn comes once more. */
  putBack(point: string): void {
    const tries = (this.#tries.get(point) ?? 0) + 1;
    this.#tries.set(point, tries);
    if (tries < TRIES) this.#waiting = [...this.#waiting, point];
  }

  get killedAt(): string[] {
    return this.all.filter((point) => this.#killed.has(point));
  }

  /** What should have been killed at and was not. */
  get missing(): string[] {
    return this.all.filter((point) => !this.#killed.has(point) && !this.byChance.has(point));
  }
}
