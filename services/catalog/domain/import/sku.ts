/** SKUs that are unique in a file, the same every time that the file is read. */
import { hash } from "node:crypto";
import { LIMITS } from "./imported.ts";

/**
 * Remembers which texts came by, in 16 bytes each at most: a 64-bit digest in an open-addressed
 * table. A file of 200,000 SKUs takes 8 MB. Should two texts ever share a digest (one chance in a
 * billion for 200,000), the second is taken for a repeat, which is in the report.
 */
export class UsedSkus {
  #slots = new Uint32Array(2 * 1024);
  #size = 0;

  /** True the first time, false ever after. */
  add(text: string): boolean {
    const digest = hash("sha256", text, "buffer");
    const added = this.#insert(digest.readUInt32LE(0) || 1, digest.readUInt32LE(4));
    if (added && ++this.#size * 4 > this.#slots.length) this.#grow();
    return added;
  }

  #insert(low: number, high: number): boolean {
    const slots = this.#slots;
    let at = (low * 2) % slots.length;
    while (slots[at] !== 0) {
      if (slots[at] === low && slots[at + 1] === high) return false;
      at = (at + 2) % slots.length;
    }
    slots[at] = low;
    slots[at + 1] = high;
    return true;
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Uint32Array(before.length * 2);
    for (let at = 0; at < before.length; at += 2) {
      const low = before[at] ?? 0;
      if (low !== 0) this.#insert(low, before[at + 1] ?? 0);
    }
  }
}

interface NamedSku {
  sku: string;
  why?: "SKU_MADE" | "SKU_TOO_LONG" | "SKU_REPEATED";
}

/**
 * The SKU of a variant: as given; made from handle and option values if there is none; shortened if
 * too long; with an ending if one before it in the file has it already. The endings are digests of
 * handle and option values, so that the same file gives the same SKUs every time.
 */
export function nameSku(
  seen: UsedSkus,
  given: string,
  handle: string,
  optionValues: readonly string[],
): NamedSku {
  const digest = hash("sha256", JSON.stringify([handle, ...optionValues]));
  const wanted = given === "" ? slug([handle, ...optionValues]) || "SKU" : given;
  const tooLong = wanted.length > LIMITS.sku;
  let sku = tooLong ? ending(wanted, hash("sha256", given || digest).slice(0, 8)) : wanted;
  let repeated = false;
  for (let length = 8; !seen.add(sku); length = Math.min(length + 8, 56)) {
    // Past the digest's length only a file made to collide gets here; numbers end it.
    const mark = length < 56 ? digest.slice(0, length) : hash("sha256", sku).slice(0, 48);
    sku = ending(wanted, mark);
    repeated = true;
  }
  if (given === "") return { sku, why: "SKU_MADE" };
  if (repeated) return { sku, why: "SKU_REPEATED" };
  return tooLong ? { sku, why: "SKU_TOO_LONG" } : { sku };
}

const ending = (sku: string, mark: string): string =>
  `${sku
    .slice(0, LIMITS.sku - mark.length - 1)
    .toWellFormed()
    .trimEnd()}-${mark}`;

/** Letters and digits of any script in capitals, with hyphens between. */
const slug = (parts: readonly string[]): string =>
  parts
    .join(" ")
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "");
