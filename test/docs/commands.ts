import { readFileSync } from "node:fs";

/** What `npm run` knows. */
export function commands(): Set<string> {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as {
    scripts: Record<string, string>;
  };
  return new Set(Object.keys(scripts));
}
