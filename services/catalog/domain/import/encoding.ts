/**
 * From the bytes of a file to text. The encoding is one decision for the whole file: it is made by
 * reading the file once to its end (`detectEncoding`), before it is read again to be taken over.
 * Deciding by the first bytes would mangle a file that is plain ASCII for a megabyte and Windows
 * text after that.
 */
import { StringDecoder } from "node:string_decoder";

export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";

/** The bytes do not fit the encoding that the file is read with. */
export class EncodingBroken extends Error {
  readonly encoding: Encoding;
  constructor(encoding: Encoding) {
    super(`This file is not ${encoding} to its end.`);
    this.encoding = encoding;
  }
}

type Bytes = AsyncIterable<Uint8Array>;

/**
 * Reads all of `bytes` in flat memory: a byte order mark decides (UTF-8, UTF-16 either way round);
 * else what is valid UTF-8 to its last byte is UTF-8; else it is Windows-1252, in which every byte
 * has a meaning, so that nothing can fail any more.
 */
export async function detectEncoding(bytes: Bytes): Promise<Encoding> {
  const strict = new TextDecoder("utf-8", { fatal: true });
  let begun = false;
  let marked: Encoding | undefined;
  try {
    for await (const chunk of fromTheMark(bytes)) {
      if (!begun) marked = markOf(chunk);
      begun = true;
      if (marked !== undefined && marked !== "utf-8") return marked;
      strict.decode(chunk, { stream: true });
    }
    strict.decode();
    return "utf-8";
  } catch (error) {
    if (!isDecodingError(error)) throw error;
    // With the mark of UTF-8 it says what it means to be: reading it will tell where it breaks.
    return marked ?? "windows-1252";
  }
}

/**
 * The text of `bytes`, chunk by chunk, without its byte order mark; without an `encoding`, in the
 * one that the mark tells, or UTF-8. Characters that straddle two chunks come out whole; lone
 * surrogates of UTF-16 come out as they are, for the reader to refuse.
 * @throws EncodingBroken at the first byte that does not fit; never puts a replacement in its place.
 */
export async function* decode(bytes: Bytes, encoding?: Encoding): AsyncGenerator<string> {
  let decoder: Decoder | undefined;
  let begun = false;
  const withoutMark = (text: string) => {
    if (begun || text === "") return text;
    begun = true;
    return text.startsWith("\uFEFF") ? text.slice(1) : text;
  };
  for await (const chunk of fromTheMark(bytes)) {
    decoder ??= decoderOf(encoding ?? markOf(chunk) ?? "utf-8");
    const text = withoutMark(decoder.write(chunk));
    if (text !== "") yield text;
  }
  const rest = withoutMark(decoder?.end() ?? "");
  if (rest !== "") yield rest;
}

/** The same bytes, the first piece long enough to hold a byte order mark if there is one. */
async function* fromTheMark(bytes: Bytes): AsyncGenerator<Uint8Array> {
  let first = Buffer.alloc(0);
  for await (const chunk of bytes) {
    if (first.length >= 3) {
      yield chunk;
      continue;
    }
    first = Buffer.concat([first, chunk]);
    if (first.length >= 3) yield first;
  }
  if (first.length < 3) yield first;
}

interface Decoder {
  write(chunk: Uint8Array): string;
  end(): string;
}

function decoderOf(encoding: Encoding): Decoder {
  if (encoding === "utf-16le") return pairs(encoding, (even) => even);
  if (encoding === "utf-16be") return pairs(encoding, (even) => Buffer.from(even).swap16());
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  const strictly = (read: () => string) => {
    try {
      return read();
    } catch (error) {
      throw isDecodingError(error) ? new EncodingBroken(encoding) : error;
    }
  };
  return {
    write: (chunk) => strictly(() => decoder.decode(chunk, { stream: true })),
    end: () => strictly(() => decoder.decode()),
  };
}

/** UTF-16 two bytes at a time. StringDecoder, because TextDecoder would hide lone surrogates. */
function pairs(encoding: Encoding, turn: (even: Buffer) => Buffer): Decoder {
  const decoder = new StringDecoder("utf16le");
  let odd = Buffer.alloc(0);
  return {
    write(chunk) {
      const all = Buffer.concat([odd, chunk]);
      const even = all.length - (all.length % 2);
      odd = Buffer.from(all.subarray(even));
      return decoder.write(turn(all.subarray(0, even)));
    },
    end() {
      if (odd.length > 0) throw new EncodingBroken(encoding);
      return decoder.end();
    },
  };
}

function markOf(first: Uint8Array): Encoding | undefined {
  if (first[0] === 0xff && first[1] === 0xfe) return "utf-16le";
  if (first[0] === 0xfe && first[1] === 0xff) return "utf-16be";
  if (first[0] === 0xef && first[1] === 0xbb && first[2] === 0xbf) return "utf-8";
  return undefined;
}

/** By its code: the class may be that of another realm. */
const isDecodingError = (error: unknown): boolean =>
  typeof error === "object" &&
  error !== null &&
  "code" in error &&
  error.code === "ERR_ENCODING_INVALID_ENCODED_DATA";
