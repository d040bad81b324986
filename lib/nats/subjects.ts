/**
 * Who speaks on NATS, and under which subjects: `<prefix>.<member>.<packet>`, and for one node
 * `<prefix>.<member>.<packet>.<its member>.<node>[.<action or event>]`. The member that sends stands in
 * the subject, so the server's permissions hold it to its own name, and to what it may ask and tell.
 */

/** Consoles of operators: offer nothing, may ask everything. */
export const OPERATOR = "operator";
/** A node that runs all services. */
const COMPANY = "company";

/** What is sent to all nodes; whoever is on the bus hears it. */
export const TO_ALL = ["DISCOVER", "INFO", "HEARTBEAT", "DISCONNECT", "PING"] as const;
/** What is sent to one node, without the name of an action or event. */
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

/** Whether the node's id says that it is this member. */
export const isOf = (member: string, nodeId: string): boolean =>
  nodeId === member || nodeId.startsWith(`${member}-`);

/** The services that a member may offer; undefined: any. */
export const offeredBy = (member: string): readonly string[] | undefined =>
  member === COMPANY ? undefined : member === OPERATOR ? [] : member.split("+");

/** Moleculer's own prefix for a namespace. */
export const prefixOf = (namespace: string): string => (namespace ? `MOL-${namespace}` : "MOL");

/** Where all nodes are told something. */
export const subjectToAll = (prefix: string, member: string, packet: string): string =>
  `${prefix}.${member}.${packet}`;

/** Where one node is told something. The name of an action or event is put behind it, after a dot. */
export const subjectToNode = (
  prefix: string,
  member: string,
  packet: string,
  nodeId: string,
): string => `${prefix}.${member}.${packet}.${memberOfNode(nodeId)}.${nodeId}`;
