/**
 * Who may open a connection to whom, as a network that enforces the policies decides it: the one who
 * opens must be let out, and the one who is called must let in.
 * https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
import type { INetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import type { INetworkPolicyPeer } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyPeer";
import type { INetworkPolicyPort } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyPort";
import { type Labels, selects } from "./manifests.ts";

/** Somebody on the network; `namespace` is undefined for whoever is in the namespace of the manifests. */
export interface Party {
  readonly name: string;
  readonly labels: Labels;
  readonly namespace?: string;
}
type Direction = "Ingress" | "Egress";

/** Whether `from` may open a connection to `port` of `to`. */
export const mayReach = (
  policies: readonly INetworkPolicy[],
  { from, to, port }: { from: Party; to: Party; port: number },
): boolean =>
  allows(policies, "Egress", { whose: from, other: to, port }) &&
  allows(policies, "Ingress", { whose: to, other: from, port });

function allows(
  policies: readonly INetworkPolicy[],
  direction: Direction,
  { whose, other, port }: { whose: Party; other: Party; port: number },
): boolean {
  // What happens elsewhere is not ours to say.
  if (whose.namespace !== undefined) return true;
  const mine = policies.filter(
    ({ spec }) =>
      directionsOf(spec).includes(direction) && selects(spec?.podSelector, whose.labels),
  );
  if (mine.length === 0) return true;
  return mine
    .flatMap((policy) => rulesOf(policy, direction))
    .some(({ peers, ports }) => isAmong(peers, other) && isOpen(ports, port));
}

/** @throws Error where a policy leaves unsaid which directions it is about: easily meant otherwise. */
function directionsOf(spec: INetworkPolicy["spec"]): readonly string[] {
  if (spec?.policyTypes === undefined) throw new Error("A policy must say its policyTypes.");
  return spec.policyTypes;
}

const rulesOf = ({ spec }: INetworkPolicy, direction: Direction) =>
  direction === "Ingress"
    ? (spec?.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }))
    : (spec?.egress ?? []).map(({ to, ports }) => ({ peers: to, ports }));

/** A rule that names nobody means everybody. */
const isAmong = (peers: readonly INetworkPolicyPeer[] | undefined, party: Party): boolean =>
  peers === undefined || peers.length === 0 || peers.some((peer) => isMeant(peer, party));

function isMeant({ ipBlock, namespaceSelector, podSelector }: INetworkPolicyPeer, party: Party) {
  if (ipBlock !== undefined) throw new Error("Addresses in policies are not understood here.");
  const home =
    namespaceSelector === undefined
      ? party.namespace === undefined
      : party.namespace !== undefined &&
        selects(namespaceSelector, { "kubernetes.io/metadata.name": party.namespace });
  return home && selects(podSelector, party.labels);
}

const isOpen = (ports: readonly INetworkPolicyPort[] | undefined, asked: number): boolean =>
  ports === undefined || ports.length === 0 || ports.some(({ port }) => port === asked);
