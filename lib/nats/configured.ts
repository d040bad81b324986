import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { nkeys } from "nats";
import { config } from "../../config.ts";
import { NatsBus } from "./nats-bus.ts";

/**
 * The bus as the settings say it is. A member's key is NATS_NKEY, or the one that `npm run nats` has
 * put in the data folder. @throws Error with a sentence when NATS_NKEY is no key
 */
export function natsBus(url: string): NatsBus {
  const { seed, keys, ca } = config.bus;
  if (seed !== undefined && !isSeed(seed))
    throw new Error(
      "NATS_NKEY must be the seed of a user's key, as in the files that npm run nats makes.",
    );
  const saved = (member: string) => {
    const file = path.join(keys, `${member}.nk`);
    return existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
  };
  return new NatsBus({ url, ca, seedOf: (member) => seed ?? saved(member) });
}

function isSeed(text: string): boolean {
  try {
    return nkeys.fromSeed(new TextEncoder().encode(text)).getPublicKey().startsWith("U");
  } catch {
    return false;
  }
}
