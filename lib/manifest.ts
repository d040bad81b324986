/**
 * Declares what the rest of the system derives from a service: plain data in
 * `<service>.manifest.ts`, so that a node knows of the others without loading their code. Nothing
 * outside the folder lists services.
 */
import type { Scope } from "./contract.ts";

export interface Manifest {
  readonly name: string;
  /** Its data, in a few words. */
  readonly keeps: string;
  /** Its position in lists of services. */
  readonly place: number;
  /** It has a Postgres database and a feed of its own. */
  readonly database: boolean;
  /** Where compose shows its database on this machine; 15440 and its place if not said. */
  readonly port?: number;
  readonly sagas?: true;
  /** Words besides its name at whose addresses it answers for its health: `/products/health`. */
  readonly areas?: readonly string[];
  /** Actions that it calls on other nodes, besides reading feeds; rights on the bus come from it. */
  readonly calls?: readonly string[];
  /** It is a way in: it calls every action that has a route. */
  readonly edge?: true;
  /** Number of its nodes in a cluster on one machine; 1 by default. */
  readonly nodes?: number;
  /** Prose about its parts of the API, by the tags of its actions. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Permissions of its contract with their scope by role. `user` counts for every role. */
  readonly permissions?: Readonly<Record<string, Readonly<Record<string, Scope>>>>;
  /** The kinds of live rooms that it knows: `order` of `order:<id>`. */
  readonly rooms?: Readonly<Record<string, Room>>;
  /** Counters of what happens, by name, for graphs and alerts. */
  readonly counters?: Readonly<Record<string, Counter>>;
  /** Broadcasts that it sends besides the notification of its feed. */
  readonly broadcasts?: readonly string[];
  /** Events that it hears only where there is a bus, which its schema does not say elsewhere. */
  readonly hears?: readonly string[];
}

/** Declares who may watch a room: callers with the permission for all, and those named here. */
export interface Room {
  readonly permission?: string;
  /** The id's meaning: a person, who may watch, or a store, whose staff with the permission may. */
  readonly of?: "person" | "store";
  /** An action that succeeds, called with the room's id, for those who may watch. */
  readonly readableBy?: { readonly action: string; readonly id: string };
  /** There is one room of the kind, without an id. */
  readonly single?: true;
}

export interface Counter {
  readonly says: string;
  /** Events that count one, and the outcome that they count as. */
  readonly outcomes?: Readonly<Record<string, string>>;
  /** Events whose field of this name is a sum of money in their `currency`. */
  readonly sums?: Readonly<Record<string, string>>;
  /** An event that counts one for its field `state`, which has one of these values. */
  readonly states?: { readonly event: string; readonly values: readonly string[] };
}
