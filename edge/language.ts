import { config } from "../config.ts";
import type { Language } from "../lib/failure.ts";

/** French or English, as the caller prefers (RFC 9110 §12.5.4); the system's own if neither is named. */
export function languageOf(header: string | undefined): Language {
  if (header === undefined || header === "") return config.language;
  const wanted = header
    .slice(0, 500)
    .split(",")
    .map((part, order) => {
      const [tag = "", ...parameters] = part.trim().toLowerCase().split(";");
      const weight = parameters.map((one) => /^\s*q=([\d.]+)$/.exec(one)?.[1]).find(Boolean);
      return { tag: tag.trim(), weight: weight === undefined ? 1 : Number(weight), order };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || a.order - b.order);
  for (const { tag } of wanted) {
    if (tag === "fr" || tag.startsWith("fr-")) return "fr";
    if (tag === "en" || tag.startsWith("en-")) return "en";
  }
  return config.language;
}
