/** The generated parts of files that are written by hand, between `<generated NAME>` and `</generated>`. */

/** Lines of the parts of one file, by name. */
export type Parts = Readonly<Record<string, readonly string[]>>;

/** `text` with its parts as they should be, indented like their first line. */
export function withParts(file: string, text: string, parts: Parts): string {
  const left = new Set(Object.keys(parts));
  const filled = text.replace(
    /^( *)(.*<generated (\w+)>.*\n)[^]*?^( *.*<\/generated>)/gm,
    (_, indent: string, start: string, name: string, end: string) => {
      const lines = parts[name];
      if (!lines || !left.delete(name))
        throw new Error(`${file}: nothing is generated as ${name}.`);
      const indented = lines.map((line) => (line === "" ? "\n" : `${indent}${line}\n`));
      return `${indent}${start}${indented.join("")}${end}`;
    },
  );
  if (left.size > 0) throw new Error(`${file} has no part <generated ${[...left].join(", ")}>.`);
  return filled;
}
