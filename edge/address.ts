/**
 * The address of a client, in one form however it was written, and the network by which it is counted.
 * Text forms: RFC 5952 (IPv6), RFC 7239 §6 (with ports, in brackets).
 */
import { isIP, isIPv4 } from "node:net";

interface Connection {
  /** The address of the connection's other end, as the socket says. */
  readonly direct: string | undefined;
  /** The header `X-Forwarded-For`: each proxy has added whom it was asked by. */
  readonly forwarded: string | readonly string[] | undefined;
  /** The number of our proxies: so many entries are trusted, counted from the end. */
  readonly trustedProxies: number;
}

/** Returns the client's address. An entry that is no address makes the proxy the client. */
export function clientAddress({ direct, forwarded, trustedProxies }: Connection): string {
  const own = plainAddress(direct ?? "") ?? "unknown";
  if (trustedProxies === 0) return own;
  const entries = [forwarded ?? ""]
    .flat()
    .join(",")
    .split(",")
    .map((entry) => entry.trim())
    .filter(Boolean);
  return plainAddress(entries.at(-trustedProxies) ?? "") ?? own;
}

/** Without port, brackets and zone, in small letters and shortest form; IPv4 in IPv6 is IPv4. */
function plainAddress(text: string): string | undefined {
  const [, inBrackets] = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text) ?? [];
  const [, beforePort] = /^([\d.]+):\d{1,5}$/.exec(text) ?? [];
  const address = (inBrackets ?? beforePort ?? text).replace(/%.*$/, "");
  if (isIPv4(address)) return address;
  if (isIP(address) === 0) return undefined;
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(canonical) ?? [];
  if (high === undefined || low === undefined) return canonical;
  const bytes = [high, low].map((part) => Number.parseInt(part, 16));
  return bytes.flatMap((part) => [part >> 8, part & 255]).join(".");
}

/** Returns the network that is counted: an IPv4 address, or the /64 of an IPv6 one. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = "", tail] = address.split("::");
  const first = head === "" ? [] : head.split(":");
  const last = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - first.length - last.length;
  const groups = [...first, ...Array.from({ length: zeros }, () => "0"), ...last];
  return `${groups.slice(0, 4).join(":")}::/64`;
}
