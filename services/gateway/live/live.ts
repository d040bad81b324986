/**
 * Publishes events to socket.io rooms, which clients join by permission only. Messages may be lost;
 * clients that must not miss one read the feed or the timeline.
 */
import type { Server as SocketServer, Socket } from "socket.io";
import { networkOf } from "../../../edge/address.ts";
import { personWith, type SignedIn } from "../../../edge/principal.ts";
import { scopeOf } from "../../identity/identity.contract.ts";
import type { GatewayService } from "../gateway.types.ts";
import { addressOf } from "../http/address.ts";
import { mayJoin } from "./rooms.ts";

export interface LiveEvent {
  readonly name: string;
  readonly data: unknown;
  readonly rooms: readonly string[];
  readonly at: string;
}

const MAX_PER_ADDRESS = 20;
const MAX_MESSAGES_PER_SECOND = 20;
const MAX_FRAME_BYTES = 65_536;
const MAX_ROOMS = 50;

export const liveSettings = () => ({
  options: {
    maxHttpBufferSize: MAX_FRAME_BYTES,
    transports: ["websocket"],
    serveClient: true,
    pingInterval: 25_000,
    connectTimeout: 10_000,
  },
  // No call over sockets: who wants to do something uses REST, where limits and keys are.
  namespaces: { "/": { events: {} } },
});

interface Ack {
  (answer: { ok: boolean; code?: string; room?: string }): void;
}
interface SocketIdentity extends Record<string, unknown> {
  person?: SignedIn;
  expiry?: NodeJS.Timeout;
  second?: number;
  messages?: number;
}

export class Live {
  readonly #gateway: GatewayService;
  readonly #perAddress = new Map<string, number>();

  constructor(gateway: GatewayService) {
    this.#gateway = gateway;
  }

  get #io(): SocketServer {
    return (this.#gateway as unknown as { io: SocketServer }).io;
  }

  begin(): void {
    this.#io.use((socket, next) => {
      try {
        this.#admit(socket);
        next();
      } catch (error) {
        next(refusal((error as { type?: string }).type ?? "REFUSED"));
      }
    });
    this.#io.on("connection", (socket) => this.#welcome(socket));
  }

  show(events: readonly LiveEvent[]): void {
    for (const { name, data, rooms, at } of events)
      this.#io.local.to([...rooms]).emit("event", { name, data, at });
  }

  /** Drops connections without a disconnect packet, so that clients reconnect. */
  leave(): void {
    for (const { conn } of this.#io.sockets.sockets.values()) conn.close();
  }

  /** Sessions that ended are cut at once. */
  cut(denials: readonly { sessionId: string }[]): void {
    const ended = new Set(denials.map(({ sessionId }) => sessionId));
    for (const socket of this.#io.sockets.sockets.values())
      if (ended.has(identities(socket).person?.sessionId ?? "")) socket.disconnect(true);
  }

  #admit(socket: Socket): void {
    const address = networkOf(addressOf(socket.request));
    const open = this.#perAddress.get(address) ?? 0;
    if (open >= MAX_PER_ADDRESS) throw refusal("TOO_MANY_CONNECTIONS");
    const { token } = socket.handshake.auth as { token?: unknown };
    if (typeof token !== "string") throw refusal("NOT_SIGNED_IN");
    const mine = identities(socket);
    mine.person = personWith(token, this.#gateway.revoked);
    this.#perAddress.set(address, open + 1);
    mine.expiry = setTimeout(() => socket.disconnect(true), mine.person.expiresAtMs - Date.now());
    socket.on("disconnect", () => {
      clearTimeout(mine.expiry);
      const left = (this.#perAddress.get(address) ?? 1) - 1;
      if (left > 0) this.#perAddress.set(address, left);
      else this.#perAddress.delete(address);
    });
  }

  #welcome(socket: Socket): void {
    const { person } = identities(socket);
    if (!person) return;
    void socket.join(`user:${person.id}`);
    if (scopeOf(person.roles, "system.read")) void socket.join("admin");
    socket.use((_, next) => (tooQuick(socket) ? next(refusal("TOO_MANY_MESSAGES")) : next()));
    socket.on("join", (room: unknown, ack?: Ack) => void this.#join(socket, room, ack));
    socket.on("leave", (room: unknown, ack?: Ack) => {
      if (typeof room === "string") void socket.leave(room);
      if (typeof ack === "function") ack({ ok: true });
    });
    socket.on("error", () => socket.disconnect(true));
    socket.emit("welcome", {
      userId: person.id,
      rooms: [...socket.rooms].filter((one) => one !== socket.id),
    });
  }

  async #join(socket: Socket, room: unknown, ack?: Ack): Promise<void> {
    const answer = typeof ack === "function" ? ack : () => undefined;
    const { person } = identities(socket);
    if (typeof room !== "string" || room.length > 100 || socket.rooms.size > MAX_ROOMS || !person) {
      answer({ ok: false, code: "ROOM_INVALID" });
      return;
    }
    const allowed = await mayJoin(this.#gateway.broker, person, room).catch(() => false);
    if (allowed) await socket.join(room);
    answer(allowed ? { ok: true, room } : { ok: false, code: "ROOM_REFUSED" });
  }
}

const identities = (socket: Socket): SocketIdentity => socket.data as SocketIdentity;
const refusal = (type: string) => Object.assign(new Error(type), { type, data: { code: type } });

function tooQuick(socket: Socket): boolean {
  const mine = identities(socket);
  const second = Math.floor(Date.now() / 1000);
  mine.messages = mine.second === second ? (mine.messages ?? 0) + 1 : 1;
  mine.second = second;
  return mine.messages > MAX_MESSAGES_PER_SECOND;
}
