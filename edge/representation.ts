/**
 * An answer as bytes, with its validator (RFC 9110 §8.8.3), the same whether it is kept or not:
 * `"<version>-<hash of the bytes>"`, or `"<hash>"` of what has no version. Compressed it is another
 * representation and has another validator, which ends in `-gzip`.
 */
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

const WORTH_COMPRESSING = 1_400;
const COMPRESSED = "-gzip";

interface Encoded {
  readonly bytes: Buffer;
  readonly etag: string;
  readonly encoding?: "gzip";
}

export class Representation {
  readonly #plain: Encoded;
  #compressed: Encoded | undefined;

  constructor(body: string | Buffer, version?: number) {
    const bytes = typeof body === "string" ? Buffer.from(body) : body;
    const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 24);
    this.#plain = { bytes, etag: `"${version === undefined ? "" : `${version}-`}${hash}"` };
  }

  get size(): number {
    return this.#plain.bytes.length + (this.#compressed?.bytes.length ?? 0);
  }

  /** Compresses once, and only where it saves bytes. */
  compress(): Encoded | undefined {
    const { bytes, etag } = this.#plain;
    if (bytes.length < WORTH_COMPRESSING) return undefined;
    this.#compressed ??= {
      bytes: gzipSync(bytes, { level: 6 }),
      etag: `${etag.slice(0, -1)}${COMPRESSED}"`,
      encoding: "gzip",
    };
    return this.#compressed;
  }

  /** Selects the encoding that a client with this `Accept-Encoding` accepts. */
  encodedFor(acceptEncoding: string | undefined): Encoded {
    return (takesGzip(acceptEncoding) && this.compress()) || this.#plain;
  }
}

/** RFC 9110 §12.5.3: a weight of 0 refuses, and `*` stands for what is not named. */
export function takesGzip(acceptEncoding = ""): boolean {
  let any = false;
  for (const part of acceptEncoding.slice(0, 1_000).toLowerCase().split(",")) {
    const [coding = "", ...parameters] = part.split(";").map((one) => one.trim());
    const weight = parameters.find((one) => one.startsWith("q="))?.slice(2);
    const takes = weight === undefined || Number(weight) > 0;
    if (coding === "gzip" || coding === "x-gzip") return takes;
    if (coding === "*") any = takes;
  }
  return any;
}
