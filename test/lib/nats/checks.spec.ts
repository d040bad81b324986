import { objectionTo, type Payload, type SubjectClaims } from "../../../lib/nats/checks.ts";

/** This node has asked `payments-1` (id a), and takes a file from `gateway-1` (id f). */
const PENDING = {
  asked: (id: string) => (id === "a" ? "payments-1" : undefined),
  streaming: (id: string) => (id === "f" ? "gateway-1" : undefined),
};
const service = (name: string, ...actions: string[]) => ({
  name,
  fullName: name,
  actions: Object.fromEntries(actions.map((it) => [it, { name: it }])),
});
const output = (packet: string, member: string, name?: string): SubjectClaims => ({
  packet,
  member,
  name,
});

test.each<[string, SubjectClaims, Payload]>([
  [
    "a request",
    output("REQ", "carts", "orders.resolve"),
    { sender: "carts-1", id: "1", action: "orders.resolve" },
  ],
  [
    "a part of a file",
    output("REQ", "gateway", "catalog.importProducts"),
    {
      sender: "gateway-1",
      id: "f",
      action: "catalog.importProducts",
    },
  ],
  ["the answer of who was asked", output("RES", "payments"), { sender: "payments-1", id: "a" }],
  ["an answer that comes too late", output("RES", "payments"), { sender: "payments-1", id: "b" }],
  [
    "a bell",
    output("EVENT", "orders", "orders.feed"),
    { sender: "orders-1", event: "orders.feed" },
  ],
  ["a node whose id is its member", output("PING", "orders"), { sender: "orders" }],
  ["a node that leaves", output("INFO", "orders"), { sender: "orders-1", services: [] }],
  [
    "what a service offers",
    output("INFO", "orders"),
    {
      sender: "orders-1",
      services: [service("$node", "$node.list"), service("orders", "orders.place")],
    },
  ],
  [
    "what two services offer",
    output("INFO", "carts+orders"),
    {
      sender: "carts+orders-1",
      services: [service("carts", "carts.get"), service("orders")],
    },
  ],
  [
    "what the whole company offers",
    output("INFO", "company"),
    {
      sender: "company-1",
      services: [service("carts", "carts.get")],
    },
  ],
])("%s is believed", (_, subject, payload) => {
  expect(objectionTo(subject, payload, PENDING)).toBeUndefined();
});

test.each<[string, SubjectClaims, Payload]>([
  ["no sender", output("PING", "orders"), {}],
  ["a sender that is no text", output("PING", "orders"), { sender: ["orders-1"] }],
  ["another's node", output("HEARTBEAT", "carts"), { sender: "orders-1" }],
  ["a node of a longer name", output("HEARTBEAT", "carts"), { sender: "cartsy-1" }],
  ["a node of a group", output("HEARTBEAT", "carts"), { sender: "carts+orders-1" }],
  [
    "another action",
    output("REQ", "carts", "orders.resolve"),
    {
      sender: "carts-1",
      id: "1",
      action: "orders.place",
    },
  ],
  [
    "a part of another's file",
    output("REQ", "carts", "catalog.get"),
    {
      sender: "carts-1",
      id: "f",
      action: "catalog.get",
    },
  ],
  ["another's answer", output("RES", "carts"), { sender: "carts-1", id: "a" }],
  [
    "the answer of another node of who was asked",
    output("RES", "payments"),
    {
      sender: "payments-2",
      id: "a",
    },
  ],
  [
    "another event",
    output("EVENT", "carts", "carts.feed"),
    { sender: "carts-1", event: "orders.feed" },
  ],
  [
    "another's service",
    output("INFO", "carts"),
    { sender: "carts-1", services: [service("orders")] },
  ],
  [
    "a service of an operator",
    output("INFO", "operator"),
    {
      sender: "operator-1",
      services: [service("orders")],
    },
  ],
  [
    "another's action",
    output("INFO", "carts"),
    {
      sender: "carts-1",
      services: [service("carts", "orders.place")],
    },
  ],
  [
    "a service by two names",
    output("INFO", "carts"),
    {
      sender: "carts-1",
      services: [{ ...service("carts"), fullName: "orders" }],
    },
  ],
  ["services that are none", output("INFO", "carts"), { sender: "carts-1", services: "all" }],
  ["a service that is none", output("INFO", "carts"), { sender: "carts-1", services: [null] }],
])("%s is not", (_, subject, payload) => {
  expect(objectionTo(subject, payload, PENDING)).toMatch(/^(it|another) /);
});
