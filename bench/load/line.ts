/**
 * One keep-alive connection that asks one thing after the other. It reads only what it must of an
 * answer, so that the load costs little of the machine it shares with what is measured.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

export interface Reply {
  readonly status: number;
  readonly body: Buffer;
}
interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

export class Line {
  readonly #socket: Socket;
  readonly #host: string;
  #waiting: Waiting | undefined;
  #rest: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket, host: string) {
    this.#socket = socket;
    this.#host = host;
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.#hear(chunk));
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#fail(new Error("The server has closed the connection.")));
  }

  static async open(port: number): Promise<Line> {
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    return new Line(socket, `127.0.0.1:${port}`);
  }

  /** The bytes of a request, which may be sent again and again. */
  prepare(method: string, path: string, { body, headers = {} }: Ask = {}): Buffer {
    const content = body === undefined ? "" : JSON.stringify(body);
    const lines = [
      `${method} ${path} HTTP/1.1`,
      `host: ${this.#host}`,
      "accept-language: en",
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      ...(body === undefined
        ? []
        : ["content-type: application/json", `content-length: ${Buffer.byteLength(content)}`]),
    ];
    return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${content}`);
  }

  send(request: Buffer): Promise<Reply> {
    if (this.#socket.destroyed)
      return Promise.reject(new Error("The server has closed the connection."));
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(request);
    });
  }

  ask(method: string, path: string, asked?: Ask): Promise<Reply> {
    return this.send(this.prepare(method, path, asked));
  }

  close(): void {
    this.#socket.destroy();
  }

  #hear(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const end = bytes.indexOf("\r\n\r\n");
    if (end < 0) return void (this.#rest = bytes);
    const head = bytes.toString("latin1", 0, end);
    const length = /\ncontent-length: *(\d+)/i.exec(head)?.[1];
    const status = Number(head.slice(9, 12));
    if (length === undefined && status !== 204 && status !== 304)
      return this.#fail(new Error(`An answer has no length: ${head.slice(0, 200)}`));
    const whole = end + 4 + Number(length ?? 0);
    if (bytes.length < whole) return void (this.#rest = bytes);
    this.#rest = bytes.subarray(whole);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve({ status, body: bytes.subarray(end + 4, whole) });
  }

  #fail(error: Error): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#socket.destroy();
    waiting?.reject(error);
  }
}
export interface Ask {
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}
