/** The NKeys of members (Ed25519, https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/nkey_auth). */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { nkeys } from "nats";

/**
 * The public keys of `members`; the secret seeds are in `folder`, `orders.nk` and so on, readable by
 * their owner only. Those that are there are kept: to change a key, remove its file first.
 */
export function keysIn(folder: string, members: readonly string[]): Map<string, string> {
  mkdirSync(folder, { recursive: true });
  return new Map(members.map((member) => [member, publicKey(path.join(folder, `${member}.nk`))]));
}

function publicKey(file: string): string {
  if (!existsSync(file)) {
    const seed = Buffer.from(nkeys.createUser().getSeed()).toString();
    writeFileSync(file, `${seed}\n`, { mode: 0o600, flag: "wx" });
  }
  return nkeys
    .fromSeed(new Uint8Array(Buffer.from(readFileSync(file, "utf8").trim())))
    .getPublicKey();
}
