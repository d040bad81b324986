/** Finds keys, tokens and passwords that were written into files by mistake. */
import { createHash } from "node:crypto";

interface Kind {
  readonly name: string;
  readonly pattern: RegExp;
  /** Whether what was found (the first group, else all of it) is one; always, if not said. */
  readonly sure?: (value: string) => boolean;
}

/** As the providers write them, so that other services find them in the same way. */
const KINDS: readonly Kind[] = [
  {
    name: "private key",
    pattern: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----(?:\\n|\s)*([A-Za-z0-9+/=\s]{40,})/g,
  },
  { name: "NATS seed", pattern: /\bS[ACNOUX][A-Z2-7]{56}\b/g },
  { name: "AWS access key", pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g },
  { name: "GitHub token", pattern: /\b(?:gh[opsur]_[A-Za-z0-9]{36,}|github_pat_\w{60,})/g },
  { name: "GitLab token", pattern: /\bglpat-[\w-]{20,}/g },
  { name: "npm token", pattern: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { name: "Slack token", pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/g },
  {
    name: "Stripe key",
    pattern: /\b(?:[rs]k_(?:live|test)_|whsec_)([A-Za-z0-9]{20,})/g,
    sure: random,
  },
  { name: "OpenAI key", pattern: /\bsk-(?:proj-)?([A-Za-z0-9_-]{32,})/g, sure: random },
  { name: "Hugging Face token", pattern: /\bhf_[A-Za-z0-9]{30,}\b/g },
  { name: "Google key", pattern: /\bAIza[\w-]{35}/g },
  { name: "SendGrid key", pattern: /\bSG\.[\w-]{20,}\.[\w-]{20,}/g },
  { name: "token", pattern: /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.([\w-]{20,})/g, sure: random },
  {
    name: "password in an address",
    pattern: /\b[a-z][a-z+]+:\/\/[^\s:/@"'`]+:([^\s:/@"'`$<{]{8,})@[a-z0-9.[]/gi,
    sure: random,
  },
  {
    name: "password or key",
    pattern:
      /(?:api_?key|passw(?:or)?d|pwd|secret|token|private_?key|credential)["']?\s*[:=]\s*["']?([A-Za-z0-9+/_=.~-]{20,})/gi,
    sure: random,
  },
];
const ENOUGH_BITS = 3.5;
const HEX_BITS = 3;
/** Of what a text of its length can have at most: the short cannot have 3.5. */
const ENOUGH_SHARE = 0.85;

export interface Found {
  readonly file: string;
  readonly line: number;
  readonly kind: string;
  /** Of what was found, to allow it by. The secret itself is told to nobody, least of all to a log. */
  readonly sha256: string;
}

/** What in `text` looks like a secret; by line, each once. */
export function secretsIn(text: string, file: string): Found[] {
  const found = new Map<string, Found>();
  for (const { name: kind, pattern, sure = () => true } of KINDS)
    for (const match of text.matchAll(pattern)) {
      const value = (match[1] ?? match[0]).trim();
      if (!sure(value)) continue;
      const line = text.slice(0, match.index).split("\n").length;
      const sha256 = createHash("sha256").update(value).digest("hex");
      // The first kind that knows it names it.
      if (!found.has(`${line}`)) found.set(`${line}`, { file, line, kind, sha256 });
    }
  return [...found.values()].sort((a, b) => a.line - b.line);
}

/**
 * Words and names are not random: they repeat letters, and lack digits. Shannon's entropy per letter, as
 * other scanners measure it.
 */
function random(value: string): boolean {
  const digits = value.match(/\d/g)?.length ?? 0;
  if (digits < 2 || !/[A-Za-z]/.test(value)) return false;
  const enough = /^[\da-f]+$/i.test(value) ? HEX_BITS : ENOUGH_BITS;
  return entropy(value) >= Math.min(enough, ENOUGH_SHARE * Math.log2(value.length));
}

function entropy(value: string): number {
  let bits = 0;
  for (const [, same] of Map.groupBy(value, (letter) => letter)) {
    const share = same.length / value.length;
    bits -= share * Math.log2(share);
  }
  return bits;
}
