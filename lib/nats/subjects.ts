/**
 * The subjects on NATS: `<prefix>.<member>.<packet>`, and for one node
 * `<prefix>.<member>.<packet>.<its member>.<node>[.<action or event>]`. The sending member is a
 * part of the subject, so the server's permissions enforce its name and what it may call and
 * publish.
 */

/** Consoles of operators: offer nothing, may ask everything. */
export const OPERATOR = "operator";
/** A node that runs all services. */
const COMPANY = "company";

/** Packets to all nodes; every member of the bus receives them. */
export const TO_ALL = ["DISCOVER", "INFO", "HEARTBEAT", "DISCONNECT", "PING"] as const;
/** Packets to one node, without the name of an action or event. */
export const TO_ONE = ["DISCOVER", "INFO", "PING", "PONG", "RES"] as const;
/** The member that a node is: its services, in alphabetical order. Members hold keys of their own. */
export const memberOf = (services: readonly string[]): string =>
  services.length === 0 ? COMPANY : [...new Set(services)].sort().join("+");

/** A node's id begins with its member: `orders-7d9f`. Signs that mean something in subjects are replaced. */
export function nodeIdOf(member: string, name: string): string {
  const plain = name.replaceAll(/[^\w+-]/g, "_");
  return isOf(member, plain) ? plain : `${member}-${plain}`;
}

export const memberOfNode = (nodeId: string): string => nodeId.split("-", 1)[0] ?? nodeId;

/** Returns true if the node's id belongs to this member. */
export const isOf = (member: string, nodeId: string): boolean =>
  nodeId === member || nodeId.startsWith(`${member}-`);

/** The services that a member may offer; undefined: any. */
export const offeredBy = (member: string): readonly string[] | undefined =>
  member === COMPANY ? undefined : member === OPERATOR ? [] : member.split("+");

/** Moleculer's own prefix for a namespace. */
export const prefixOf = (namespace: string): string => (namespace ? `MOL-${namespace}` : "MOL");

/** Returns the subject of a packet to all nodes. */
export const subjectToAll = (prefix: string, member: string, packet: string): string =>
  `${prefix}.${member}.${packet}`;

/** Returns the subject of a packet to one node; an action's or event's name follows after a dot. */
export const subjectToNode = (
  prefix: string,
  member: string,
  packet: string,
  nodeId: string,
): string => `${prefix}.${member}.${packet}.${memberOfNode(nodeId)}.${nodeId}`;
