/** Inspects all nodes at once; a page's several views share the snapshot. */
import type { ServiceBroker } from "moleculer";
import { call } from "../../../lib/bus.ts";
import { type DatabaseState, InspectNode, type NodeState } from "../../../lib/operations.ts";
import { DOMAINS } from "../../registry.ts";

interface NodeSnapshot {
  readonly id: string;
  readonly available: boolean;
  readonly lastHeardSecondsAgo: number;
  readonly services: readonly { readonly name: string; readonly actions: readonly string[] }[];
  readonly state: NodeState | undefined;
}
interface ClusterSnapshot {
  readonly nodes: readonly NodeSnapshot[];
  /** The state of each service's database, as one of its nodes sees it. */
  readonly databases: readonly DatabaseState[];
}
interface Listed {
  readonly id: string;
  readonly local: boolean;
  readonly available: boolean;
  readonly lastHeartbeatTime: number;
  readonly services: readonly { readonly name: string; readonly actions?: object }[];
}

const KEEP_MS = 1_000;
const AGENT = "$operations";

export class ClusterInspector {
  readonly #broker: ServiceBroker;
  #cached: { readonly at: number; readonly snapshot: Promise<ClusterSnapshot> } | undefined;

  constructor(broker: ServiceBroker) {
    this.#broker = broker;
  }

  inspect(): Promise<ClusterSnapshot> {
    const now = performance.now();
    if (!this.#cached || now - this.#cached.at > KEEP_MS)
      this.#cached = { at: now, snapshot: this.#inspectAll() };
    return this.#cached.snapshot;
  }

  /** Somewhere that `service` runs and can be asked about it, if anywhere. */
  nodeOf(service: string): string | undefined {
    return this.#listed().find((node) => node.available && runs(node, service) && runs(node, AGENT))
      ?.id;
  }

  async #inspectAll(): Promise<ClusterSnapshot> {
    const listed = this.#listed();
    const requested = Map.groupBy(DOMAINS, (service) => this.nodeOf(service));
    const nodes = await Promise.all(
      listed.map(async (node): Promise<NodeSnapshot> => {
        const state = await this.#ask(node, requested.get(node.id) ?? []);
        const heardAgo = node.local ? 0 : process.uptime() - node.lastHeartbeatTime;
        return {
          id: node.id,
          available: node.available,
          lastHeardSecondsAgo: Math.max(0, Math.round(heardAgo)),
          services: node.services.map(({ name, actions = {} }) => ({
            name,
            actions: Object.keys(actions),
          })),
          state,
        };
      }),
    );
    return { nodes, databases: nodes.flatMap(({ state }) => state?.databases ?? []) };
  }

  /** A node that does not answer in time has no state, which shows it as unreachable. */
  async #ask(node: Listed, databases: string[]): Promise<NodeState | undefined> {
    if (!node.available || !runs(node, AGENT)) return undefined;
    const options = { nodeID: node.id, retries: 0 };
    return call(this.#broker, InspectNode, { databases }, options).catch(() => undefined);
  }

  #listed(): Listed[] {
    const all = this.#broker.registry.nodes.list({ onlyAvailable: false, withServices: true });
    return (all as unknown as Listed[]).toSorted((a, b) => a.id.localeCompare(b.id));
  }
}

const runs = ({ services }: Listed, name: string): boolean =>
  services.some((service) => service.name === name);
