/** A folder with all that a nats-server needs to know its users, and the keys of those. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { memberOf, OPERATOR, prefixOf } from "../../lib/nats/subjects.ts";
import { keysIn } from "./keys.ts";
import { keysConf, permissionsOf, usersConf } from "./permissions.ts";
import { traffic } from "./traffic.ts";

export interface Users {
  readonly namespace: string;
  /** Nodes that run several services: each a list of them. */
  readonly groups?: readonly (readonly string[])[];
}

/** The text of `users.conf`: one user for each service, each group, and operators. */
export async function usersFor({ namespace, groups = [] }: Users): Promise<string> {
  return usersConf(permissionsOf(prefixOf(namespace), await membersOf(groups), await traffic()));
}

/**
 * Writes `users.conf` and `keys.conf` into `folder`, and the secret keys that are missing there.
 * Repeating it keeps every key. Answers the members.
 */
export async function writeUsers(folder: string, users: Users): Promise<string[]> {
  const members = await membersOf(users.groups ?? []);
  const keys = keysIn(folder, members);
  writeFileSync(path.join(folder, "keys.conf"), keysConf(keys));
  writeFileSync(path.join(folder, "users.conf"), await usersFor(users));
  return members;
}

async function membersOf(groups: readonly (readonly string[])[]): Promise<string[]> {
  const services = (await traffic()).map(({ service }) => service);
  const unknown = groups.flat().filter((name) => !services.includes(name));
  if (unknown.length > 0)
    throw new Error(`There is no service ${unknown.join(", ")}; there are ${services.join(", ")}.`);
  return [...new Set([...services, ...groups.map(memberOf), OPERATOR])];
}
