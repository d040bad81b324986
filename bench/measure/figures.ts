/** Defines and prints a measured figure. */

export interface Figure {
  readonly name: string;
  readonly value: number;
  /** `"/s"`, `"ms"`, `"MB"`, `"×"` … */
  readonly unit: string;
  /** Both are measured in this run; a ratio to a limit does not depend on the machine. */
  readonly limit?: { readonly at: "least" | "most"; readonly value: number };
  /** Further observations, to explain the figure. */
  readonly notes?: Readonly<Record<string, number | string>>;
}

export const holds = ({ value, limit }: Figure): boolean =>
  limit === undefined || (limit.at === "least" ? value >= limit.value : value <= limit.value);

export function lineOf(figure: Figure): string {
  const { name, value, unit, limit } = figure;
  const said = `${short(value)} ${unit}`;
  const wanted = limit ? `at ${limit.at} ${short(limit.value)}` : "";
  const verdict = limit ? (holds(figure) ? "ok" : "MISSED") : "";
  return `  ${name.padEnd(58)} ${said.padStart(14)}  ${wanted.padEnd(15)} ${verdict}`.trimEnd();
}

export function notesOf({ notes = {} }: Figure): string[] {
  return Object.entries(notes).map(([name, value]) => {
    const said = typeof value === "number" ? short(value) : value;
    return `      ${name.padEnd(54)} ${said.padStart(14)}`;
  });
}

const short = (value: number): string =>
  Number.isInteger(value) || Math.abs(value) >= 100
    ? value.toFixed(0)
    : value.toFixed(Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 0.1 ? 2 : 3);

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** The value below which `share` of all are. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
