/**
 * A bus for one machine without any server: the process that runs everything listens on a socket
 * that only its owner may open, and operators' consoles join through it. It carries what NATS would.
 * Nothing of it is used between the services themselves, which are in one process.
 */
import { mkdirSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import path from "node:path";
import { Transporters } from "moleculer";

const MAX_FRAME_BYTES = 16 * 1024 * 1024;

/** Where the socket of a data folder is. Windows has pipes instead of files. */
export const localBusAddress = (dataDir: string): string =>
  process.platform === "win32"
    ? `\\\\.\\pipe\\comptoir-${Buffer.from(dataDir).toString("hex").slice(-40)}`
    : path.join(dataDir, "bus.sock");

interface Options {
  readonly address: string;
  /** The process that runs the services; others are guests. */
  readonly host: boolean;
}

export class LocalBus extends Transporters.Base {
  readonly #options: Options;
  readonly #topics = new Map<string, string>();
  readonly #peers = new Set<Socket>();
  #server: Server | undefined;

  constructor(options: Options) {
    super({});
    this.#options = options;
  }

  override async connect(): Promise<void> {
    if (this.#options.host) await this.#listen();
    else await this.#join();
    await this.onConnected();
  }

  override async disconnect(): Promise<void> {
    this.connected = false;
    for (const peer of this.#peers) peer.destroy();
    this.#peers.clear();
    const server = this.#server;
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  override async subscribe(cmd: string, nodeID?: string): Promise<void> {
    this.#topics.set(this.getTopicName(cmd, nodeID), cmd);
  }
  override async subscribeBalancedRequest(): Promise<void> {}
  override async subscribeBalancedEvent(): Promise<void> {}

  override async send(topic: string, data: Buffer): Promise<void> {
    if (this.#peers.size === 0) return;
    const frame = frameOf(topic, data);
    for (const peer of this.#peers) peer.write(frame);
  }

  async #listen(): Promise<void> {
    const { address } = this.#options;
    if (process.platform !== "win32") {
      mkdirSync(path.dirname(address), { recursive: true });
      rmSync(address, { force: true });
    }
    const server = createServer((guest) => this.#take(guest));
    this.#server = server;
    // Only the owner of the process may open it: whoever can speak on the bus can do anything.
    const mask = process.umask(0o177);
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(address, resolve);
    }).finally(() => process.umask(mask));
    server.unref();
  }

  async #join(): Promise<void> {
    const host = connect(this.#options.address);
    await new Promise<void>((resolve, reject) => {
      host.once("connect", resolve);
      host.once("error", reject);
    });
    this.#take(host);
    host.once("close", () => (this.connected = false));
  }

  #take(peer: Socket): void {
    this.#peers.add(peer);
    let rest: Buffer = Buffer.alloc(0);
    peer.on("data", (chunk: Buffer) => {
      rest = this.#read(Buffer.concat([rest, chunk]), peer);
      if (rest.length > MAX_FRAME_BYTES) peer.destroy();
    });
    peer.on("error", () => peer.destroy());
    peer.on("close", () => this.#peers.delete(peer));
  }

  /** Takes the whole frames; the host hands on what one guest says to the others. */
  #read(bytes: Buffer, from: Socket): Buffer {
    let rest = bytes;
    while (rest.length >= 8) {
      const topicBytes = rest.readUInt32BE(0);
      const end = 8 + topicBytes + rest.readUInt32BE(4);
      if (end > MAX_FRAME_BYTES) from.destroy();
      if (rest.length < end) break;
      const topic = rest.subarray(8, 8 + topicBytes).toString();
      const data = rest.subarray(8 + topicBytes, end);
      const cmd = this.#topics.get(topic);
      if (cmd !== undefined) void this.receive(cmd, Buffer.from(data));
      for (const peer of this.#peers) if (peer !== from) peer.write(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
    return rest;
  }
}

function frameOf(topic: string, data: Buffer): Buffer {
  const name = Buffer.from(topic);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(name.length, 0);
  head.writeUInt32BE(data.length, 4);
  return Buffer.concat([head, name, data]);
}
