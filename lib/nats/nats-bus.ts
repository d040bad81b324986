/**
 * Moleculer's NATS transporter with the sender in the subject, so that the server's permissions
 * enforce who may send, call and publish what (`operations/nats`), and with checks that a packet
 * agrees with its subject.
 */
import { Transporters } from "moleculer";
import { type NatsConnection, nkeyAuthenticator } from "nats";
import type { BoundedTransporter } from "../bus-limits.ts";
import { objectionTo, type Payload, type Pending, type SubjectClaims } from "./checks.ts";
import { SizeLimit } from "./size-limit.ts";
import { memberOfNode, subjectToAll, subjectToNode } from "./subjects.ts";

export interface NatsBusOptions {
  /** One or more, separated by commas; `tls://` demands TLS. */
  readonly url: string;
  /** The secret seed of a member's NKey; undefined where the server asks for none. */
  readonly seedOf: (member: string) => string | undefined;
  /** PEM text of the authority that the server's certificate must come from; undefined: the system's. */
  readonly ca?: string | undefined;
}

interface Packet {
  readonly type: string;
  readonly target?: string;
  readonly payload: Payload;
}
interface Inner {
  messageHandler(packet: string, message: object): Promise<void>;
}
interface Errors {
  _createPayloadErrorField(error: Error, payload: object): object;
}
interface Message {
  readonly subject: string;
  readonly data: Uint8Array;
}

const LOG_AGAIN_MS = 60_000;

export class NatsBus extends Transporters.NATS implements BoundedTransporter {
  /** True while the server is connected; Moleculer never marks a lost one as disconnected. */
  linked = false;
  readonly #options: NatsBusOptions;
  readonly #lastLogged = new Map<string, number>();
  /** Subjects by packet and node. */
  readonly #routes = new Map<string, Map<string, string>>();
  readonly #sizes = new SizeLimit();
  readonly #pending: Pending = {
    asked: (id) => this.transit.pendingRequests.get(id)?.nodeID,
    streaming: (id) => (this.transit.pendingReqStreams.get(id) as Stream | undefined)?.sender,
  };

  constructor(options: NatsBusOptions) {
    super({ url: options.url, maxReconnectAttempts: -1 });
    this.#options = options;
    // Queues would need the names of members in them, and Moleculer's own balancer is the better one.
    this.hasBuiltInBalancer = false;
  }

  get #member(): string {
    return memberOfNode(this.nodeID);
  }

  override async connect(): Promise<void> {
    const { url, ca, seedOf } = this.#options;
    const seed = seedOf(this.#member);
    Object.assign(this.opts, {
      // A server whose keys are being changed may refuse us for a moment; reconnecting continues.
      ignoreAuthErrorAbort: true,
      ...(seed && { authenticator: nkeyAuthenticator(new TextEncoder().encode(seed)) }),
      ...((ca ?? url.startsWith("tls:")) && { tls: ca ? { ca } : {} }),
    });
    await super.connect().catch((error: Error & { code?: string }) => {
      if (error.code === "AUTHORIZATION_VIOLATION")
        this.logger.error(
          `NATS refuses ${this.#member}. Set NATS_NKEY to the key that ${this.#member} has in its users.`,
        );
      throw error;
    });
  }

  /** Half of the server's limit, which may change while we are connected. */
  get maxMessageBytes(): number | undefined {
    const max = (this.client as NatsConnection | null)?.info?.max_payload;
    return max === undefined ? undefined : Math.floor(max / 2);
  }

  override async onConnected(wasReconnect?: boolean): Promise<void> {
    // A byte of a file takes up to four of JSON.
    this.transit.opts.maxChunkSize = Math.floor((this.maxMessageBytes ?? Infinity) / 4);
    void this.#follow(this.client as NatsConnection);
    await super.onConnected(wasReconnect);
  }

  override async subscribe(packet: string, nodeId?: string): Promise<void> {
    const named = packet === "REQ" || packet === "EVENT";
    const me = nodeId === undefined ? "" : `.${memberOfNode(nodeId)}.${nodeId}${named ? "." : ""}`;
    const subject = `${this.prefix}.*.${packet}${me}${named ? ">" : ""}`;
    const from = this.prefix.length + 1;
    const behind = 1 + packet.length + me.length;
    const callback = (error: Error | null, { subject: said, data }: Message) => {
      // The connection reports errors itself, see #follow.
      if (error) return;
      const end = said.indexOf(".", from);
      const name = named ? said.slice(end + behind) : undefined;
      void this.receive(packet, asBuffer(data), { packet, member: said.slice(from, end), name });
    };
    (this.client as NatsConnection).subscribe(subject, { callback });
  }

  // This and `publish` are passed by everything on the bus: no promise more than there must be.
  override receive(packet: string, data: Buffer, from?: unknown): Promise<void> | undefined {
    try {
      const message = this.deserialize(packet, data);
      const claims = from as SubjectClaims;
      const objection = objectionTo(claims, message.payload as Payload, this.#pending);
      if (objection === undefined) {
        if (packet === "REQ") this.#sizes.received(message.payload as Payload);
        return (this as unknown as Inner).messageHandler(packet, message);
      }
      this.#logOnce(
        `${claims.member} ${packet} ${objection}`,
        `A ${packet} of ${claims.member} is refused: ${objection}.`,
      );
    } catch (error) {
      this.#logOnce(`${packet} unreadable`, `A ${packet} could not be read: ${String(error)}`);
    }
    return undefined;
  }

  override publish(packet: Packet): Promise<void> {
    const { type, target, payload } = packet;
    const route = target ? this.#routeTo(type, target) : this.#routeToAll(type);
    const name = type === "REQ" ? payload.action : type === "EVENT" ? payload.event : undefined;
    const subject = name === undefined ? route : `${route}.${name as string}`;
    const data = this.serialize(packet as Parameters<typeof this.serialize>[0]);
    const refusal = this.#sizes.refusalOf(type, payload, data.length, this.maxMessageBytes);
    return refusal ? this.#refuse(packet, refusal) : this.send(subject, data);
  }

  /** Rejects the caller at once, instead of waiting for an undeliverable message. */
  #refuse(packet: Packet, refusal: Error): Promise<void> {
    const { transit } = this;
    const { id } = packet.payload;
    this.logger.error(refusal.message);
    if (packet.type !== "RES") {
      if (packet.type === "REQ") transit.removePendingRequest(String(id));
      return Promise.reject(refusal);
    }
    const error = (transit as unknown as Errors)._createPayloadErrorField(refusal, packet.payload);
    const payload = { id, meta: {}, success: false, data: null, error };
    return this.publish({ ...packet, payload });
  }

  #routeToAll(type: string): string {
    return subjectToAll(this.prefix, this.#member, type);
  }

  #routeTo(type: string, nodeId: string): string {
    const routes = this.#routes.get(type) ?? new Map<string, string>();
    this.#routes.set(type, routes);
    const known = routes.get(nodeId);
    if (known !== undefined) return known;
    // Nodes come and go, and their names with them.
    if (routes.size > 1_000) routes.clear();
    const route = subjectToNode(this.prefix, this.#member, type, nodeId);
    routes.set(nodeId, route);
    return route;
  }

  /** Says what the server has refused, and ends what would wait for it in vain. */
  async #follow(client: NatsConnection): Promise<void> {
    this.linked = true;
    for await (const { type, data, permissionContext } of client.status()) {
      if (type === "disconnect" || type === "reconnect") this.linked = type === "reconnect";
      if (type !== "error") continue;
      if (!permissionContext) {
        this.logger.warn(`NATS: ${JSON.stringify(data)}`);
        continue;
      }
      const { operation, subject } = permissionContext;
      const what = operation === "publish" ? "say" : "hear";
      this.#logOnce(
        `${operation} ${subject}`,
        `NATS does not let ${this.#member} ${what} ${subject}. If it should, load the permissions of ` +
          "this version into the server (npm run nats).",
      );
      if (operation === "publish") this.#reject(subject);
    }
  }

  #reject(subject: string): void {
    const { transit } = this;
    for (const [id, { nodeID: nodeId, action, reject }] of transit.pendingRequests) {
      const { name } = action as unknown as { name: string };
      if (subject !== `${this.#routeTo("REQ", nodeId)}.${name}`) continue;
      transit.removePendingRequest(id);
      reject(new Error(`${this.#member} may not ask for ${name}.`));
    }
  }

  /** Logs each kind once a minute, so that a flood on the bus does not flood the logs. */
  #logOnce(kind: string, sentence: string): void {
    const now = Date.now();
    if (now - (this.#lastLogged.get(kind) ?? 0) < LOG_AGAIN_MS) return;
    if (this.#lastLogged.size > 1_000) this.#lastLogged.clear();
    this.#lastLogged.set(kind, now);
    this.logger.error(sentence);
  }
}

interface Stream {
  readonly sender: string;
}

/** A view of the same bytes: they are read at once, and not stored. */
const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);
