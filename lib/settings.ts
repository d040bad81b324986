/** Readers of settings: each answers a value that holds, or refuses with a sentence that says what to set. */
import { readFileSync } from "node:fs";

/** An address of HTTP, without a path. */
export const isAddress = (value: string): boolean => /^https?:\/\/[^/?#@\s]+$/.test(value);

/** Any of them may also be given as a file, `NAME_FILE`. */
export function settingsIn(environment: Readonly<Record<string, string | undefined>>) {
  function optional(name: string): string | undefined {
    const file = environment[`${name}_FILE`];
    if (file) return readFileSync(file, "utf8").trim();
    return environment[name] || undefined;
  }

  function integer(name: string, otherwise: number, min: number, max: number): number {
    const value = Number(optional(name) ?? otherwise);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw new Error(
      `${name} must be a whole number from ${min} to ${max}, not "${environment[name]}".`,
    );
  }

  function text(name: string, otherwise: string, holds: (value: string) => boolean, must: string) {
    const value = optional(name) ?? otherwise;
    if (holds(value)) return value;
    throw new Error(`${name} must be ${must}, not "${value}".`);
  }

  function share(name: string, otherwise: number): number {
    const value = Number(optional(name) ?? otherwise);
    if (value >= 0 && value <= 1) return value;
    throw new Error(`${name} must be a number from 0 to 1, not "${environment[name]}".`);
  }

  /** `name=value,name=value`, values percent-encoded as OpenTelemetry says. */
  function pairs(name: string): Record<string, string> {
    const given = (optional(name) ?? "").split(",").filter(Boolean);
    const read = given.map((pair) => /^\s*([\w-]+)\s*=\s*(.*?)\s*$/.exec(pair));
    if (read.some((pair) => !pair))
      throw new Error(`${name} must be name=value pairs, separated by commas.`);
    return Object.fromEntries(
      read.map((pair) => [pair?.[1] ?? "", decodeURIComponent(pair?.[2] ?? "")]),
    );
  }

  function choice<const V extends string>(name: string, values: readonly [V, ...V[]]): V {
    const value = (optional(name)?.toLowerCase() ?? values[0]) as V;
    if (values.includes(value)) return value;
    throw new Error(`${name} must be one of ${values.join(", ")}, not "${value}".`);
  }

  return { optional, text, integer, share, pairs, choice };
}
