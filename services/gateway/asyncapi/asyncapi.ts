/** AsyncAPI 3 of what happens: events in feeds between services, and what browsers see live. */
import type { TSchema } from "@sinclair/typebox";
import { config } from "../../../config.ts";
import type { Event } from "../../../lib/contract.ts";
import {
  type Fields,
  boolean,
  dateTime,
  describe,
  id,
  integer,
  list,
  object,
  oneOf,
  optional,
  text,
} from "../../../lib/shape.ts";
import { EVENTS } from "../../registry.ts";
import { type Json, Schemas } from "../openapi/schemas.ts";

const DESCRIPTION = `Two ways lead here. **Feeds** are for services: an event is written in the transaction that causes it, has a gapless position, and is read with \`<producer>.events\` over the bus; nothing is lost, and each consumer has its effect once.

**Live** is for people who watch: socket.io over WebSocket only (\`io(url, { transports: ["websocket"], auth: { token } })\`), signed in with an access token. Whoever connects is in \`user:<own id>\` at once, and in \`admin\` with the permission \`system.read\`. Other rooms are joined. What is shown live may be lost: whoever must not miss anything reads the feed or the timeline.`;

/** The rooms of the live connection, and who may join them. */
export const ROOMS = {
  "user:<id>": "What concerns one person: joined by themselves, or with `users.read` for any.",
  "order:<id>": "What happens to one order: whoever may read the order.",
  "saga:<id>": "The steps of one process: whoever may read its order, or with `sagas.read`.",
  "store:<id>": "What happens at one store: with `stock.read` for that store.",
  admin: "What operators watch: with `system.read`.",
} as const;

const room = text({ max: 100, description: "Such as `order:<id>`." });
/** Messages of the live connection: name, sender and payload. */
const LIVE = {
  join: [
    "receive",
    "A request to see what happens in a room. Answered by the acknowledgement.",
    room,
  ],
  leave: ["receive", "No longer to see what happens in a room.", room],
  joined: [
    "send",
    "The acknowledgement of `join` and `leave`.",
    object({
      ok: describe("Whether it is done.", boolean()),
      room: optional(room),
      code: describe(
        "ROOM_INVALID: no such room, or 50 already. ROOM_REFUSED: not for this person.",
        optional(oneOf("ROOM_INVALID", "ROOM_REFUSED")),
      ),
    }),
  ],
  welcome: [
    "send",
    "The connection is open. Its refusal has a code: NOT_SIGNED_IN, TOKEN_INVALID, TOKEN_EXPIRED, TOO_MANY_CONNECTIONS; later TOO_MANY_MESSAGES.",
    object({
      userId: id({ of: "user" }),
      rooms: describe("The rooms that it is in already.", list(room)),
    }),
  ],
} as const;

export function asyncapi(): Json {
  const schemas = new Schemas(EVENTS.map(({ payload }) => object(payload)));
  const live = Object.entries(LIVE).map(([name, [, summary, payload]]) => [
    name,
    { name, summary, payload: schemas.write(payload, "answer") },
  ]);
  const messages = Object.fromEntries([
    ...EVENTS.map((event) => [event.name, feedMessage(event, schemas)]),
    ...EVENTS.filter(({ rooms }) => rooms).map((event) => [
      `live.${event.name}`,
      liveMessage(event, schemas),
    ]),
    ...live,
  ]) as Json;
  const liveNames = Object.keys(messages).filter(
    (name) => name in LIVE || name.startsWith("live."),
  );
  return {
    asyncapi: "3.0.0",
    info: {
      title: "Comptoir",
      version: config.version,
      description: DESCRIPTION,
      license: { name: "MIT" },
    },
    defaultContentType: "application/json",
    servers: {
      live: { host: new URL(config.http.publicUrl).host, protocol: "wss" },
      bus: {
        host: "localhost:4222",
        protocol: "nats",
        description: "Of a cluster; one process needs none.",
      },
    },
    channels: {
      ...Object.fromEntries(EVENTS.map((event) => [event.name, feedChannel(event)])),
      live: {
        address: "/socket.io/",
        summary: "What happens, as it happens.",
        description: Object.entries(ROOMS)
          .map(([name, who]) => `\`${name}\`: ${who}`)
          .join("\n\n"),
        servers: [{ $ref: "#/servers/live" }],
        messages: references(liveNames, "#/components/messages/"),
      },
    },
    operations: {
      ...Object.fromEntries(
        EVENTS.map(({ name, summary }) => [name, operation("send", name, summary, [name])]),
      ),
      ...Object.fromEntries(
        Object.entries(LIVE).map(([name, [action, summary]]) => [
          `live.${name}`,
          operation(action, "live", summary, [name]),
        ]),
      ),
      "live.event": operation(
        "send",
        "live",
        "Something happened in a room that was joined.",
        liveNames.filter((name) => name.startsWith("live.")),
      ),
    },
    components: { messages, schemas: schemas.components() },
  };
}

const references = (names: readonly string[], place: string) =>
  Object.fromEntries(names.map((name) => [name, { $ref: place + name }]));

const operation = (action: string, channel: string, summary: string, names: readonly string[]) => ({
  action,
  channel: { $ref: `#/channels/${channel}` },
  summary,
  messages: names.map((name) => ({ $ref: `#/channels/${channel}/messages/${name}` })),
});

const feedChannel = (event: Event) => ({
  address: event.name,
  summary: event.summary,
  servers: [{ $ref: "#/servers/bus" }],
  messages: references([event.name], "#/components/messages/"),
});

/** Builds the message that a consumer of a feed receives. */
const feedMessage = ({ payload, ...event }: Event, schemas: Schemas): Json => ({
  ...wordsOf(event),
  payload: schemas.write(
    object({
      id: id(),
      name: describe("The event's name.", text()),
      position: describe("Its place in the feed, without gaps.", integer({ min: 1 })),
      at: dateTime(),
      traceId: describe("Names the request that caused it.", optional(text())),
      actor: describe("Who caused it.", optional(id({ of: "user" }))),
      data: object(payload),
    }),
    "answer",
  ),
});

/** Builds the message that a watcher receives: the socket.io event `event`. */
const liveMessage = ({ payload, ...event }: Event, schemas: Schemas): Json => ({
  ...wordsOf(event),
  name: "event",
  payload: schemas.write(object({ name: text(), data: object(payload), at: dateTime() }), "answer"),
  "x-rooms": roomsOf(event.rooms, payload),
});

function wordsOf(event: Omit<Event, "payload">): Json {
  // Read so as not to fail where a contract does not say it.
  const { producer } = event as { producer?: string };
  return {
    name: event.name,
    title: event.name,
    summary: event.summary,
    ...(event.description !== undefined && { description: event.description }),
    ...(producer !== undefined && { tags: [{ name: producer }], "x-producer": producer }),
    "x-version": event.version ?? 1,
  };
}

/** The rooms of an event, asked of its contract with a name for each field: `order:<orderId>`. */
function roomsOf(rooms: Event["rooms"], payload: Fields): readonly string[] {
  return rooms ? rooms(sampleOf(payload) as never) : [];
}

const sampleOf = (fields: Fields): Json =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, sample(name, field)]));

function sample(name: string, field: TSchema): unknown {
  if (field.type === "array") return [sample(name, field.items as TSchema)];
  return field.properties ? sampleOf(field.properties as Fields) : `<${name}>`;
}
