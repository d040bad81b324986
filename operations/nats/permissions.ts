/**
 * What each member may publish and hear, in the words of nats-server's configuration
 * (https://docs.nats.io/running-a-nats-service/configuration/securing_nats/authorization).
 */
import { offeredBy, OPERATOR, TO_ALL, TO_ONE } from "../../lib/nats/subjects.ts";
import { SUBSCRIBED_BY_ALL, PUBLISHED_BY_ALL, type Traffic } from "./traffic.ts";

export interface Permissions {
  readonly member: string;
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/**
 * For each of `members`. A node that runs several services is a member of its own, `inventory+orders`,
 * and may do what each of them may.
 */
export function permissionsOf(
  prefix: string,
  members: readonly string[],
  all: readonly Traffic[],
): Permissions[] {
  // Names with a $ are of services that every node has.
  const offering = (service: string) =>
    members.filter(
      (member) => service.startsWith("$") || (offeredBy(member)?.includes(service) ?? true),
    );
  const subscribing = (event: string) =>
    members.filter(
      (member) =>
        SUBSCRIBED_BY_ALL.includes(event) ||
        partsOf(member, all).some(({ subscribes }) => subscribes.includes(event)),
    );

  return members.map((member) => {
    const parts = partsOf(member, all);
    const mine = `${prefix}.${member}`;
    const asks = parts
      .flatMap((part) => part.asks)
      .flatMap((action) =>
        offering(action.split(".")[0] ?? "").map((to) => `${mine}.REQ.${to}.*.${action}`),
      );
    const publishes = [...PUBLISHED_BY_ALL, ...parts.flatMap((part) => part.publishes)].flatMap(
      (event) => subscribing(event).map((to) => `${mine}.EVENT.${to}.*.${event}`),
    );
    return {
      member,
      publish: [
        ...TO_ALL.map((packet) => `${mine}.${packet}`),
        ...TO_ONE.map((packet) => `${mine}.${packet}.*.*`),
        ...unique(member === OPERATOR ? [`${mine}.REQ.>`] : asks),
        ...unique(publishes),
      ],
      subscribe: [...TO_ALL.map((packet) => `${prefix}.*.${packet}`), `${prefix}.*.*.${member}.>`],
    };
  });
}

const unique = (subjects: readonly string[]): string[] => [...new Set(subjects)].sort();

const partsOf = (member: string, all: readonly Traffic[]): readonly Traffic[] => {
  const may = offeredBy(member);
  return may ? all.filter(({ service }) => may.includes(service)) : all;
};

/** The server's users. Their public keys come from `keys.conf` beside it, see `keysConf`. */
export const usersConf = (permissions: readonly Permissions[]): string =>
  [
    "# Made from the contracts of the services.",
    "# Who is not named here is not let in; what is not named here may not be said or heard.",
    'include "keys.conf"',
    "",
    "authorization {",
    "  timeout: 5",
    "  users: [",
    ...permissions.flatMap(({ member, publish, subscribe }) => [
      `    # ${member}`,
      `    { nkey: $${keyName(member)}, permissions: {`,
      `      publish: { allow: [${listed(publish)}] }`,
      `      subscribe: { allow: [${listed(subscribe)}] }`,
      "    } }",
    ]),
    "  ]",
    "}",
    "",
  ].join("\n");

const listed = (subjects: readonly string[]): string =>
  subjects.map((subject) => `\n        "${subject}"`).join("");

/** The public keys of members, as variables that `usersConf` names. */
export const keysConf = (keys: ReadonlyMap<string, string>): string =>
  [...keys].map(([member, key]) => `${keyName(member)}: ${key}\n`).join("");

const keyName = (member: string): string =>
  `NATS_KEY_${member.replaceAll("+", "_AND_").toUpperCase()}`;
