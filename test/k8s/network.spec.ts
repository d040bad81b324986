/** Who may speak to whom in the cluster: exactly what the services need, and nothing besides. */
import { DOMAINS } from "../../services/registry.ts";
import { COMPONENT, NAME, ofKind, workloadsOf } from "./support/manifests.ts";
import { mayReach, type Party } from "./support/reach.ts";
import { render } from "./support/render.ts";

const elsewhere = (namespace: string, name: string, labels: Record<string, string>): Party => ({
  name,
  namespace,
  labels,
});
const KNOWN: Party[] = [
  elsewhere("kube-system", "dns", { "k8s-app": "kube-dns" }),
  elsewhere("ingress-nginx", "ingress", { [NAME]: "ingress-nginx" }),
  elsewhere("monitoring", "prometheus", { [NAME]: "prometheus" }),
  elsewhere("monitoring", "collector", { [NAME]: "opentelemetry-collector" }),
];
const OTHERS: Party[] = [
  ...KNOWN,
  // Whoever calls themselves like one of those, somewhere else; who is there and somebody else; who
  // calls themselves like one of us.
  ...KNOWN.map(({ name, labels }) => elsewhere("default", `false ${name}`, labels)),
  ...KNOWN.map(({ name, namespace = "" }) => elsewhere(namespace, `beside ${name}`, {})),
  elsewhere("default", "stranger", { [NAME]: "gateway", [COMPONENT]: "node" }),
  elsewhere("default", "collector of backups", { [NAME]: "backup", [COMPONENT]: "backup" }),
];
const PORTS = [53, 80, 443, 3000, 3029, 3030, 4222, 4318, 5432, 6222, 6379, 8222];
const SERVICES = ["gateway", "monitoring", ...DOMAINS];

/** From → to : port. Derived from the contracts, not from the manifests. */
function needed(parties: readonly Party[]): string[] {
  const ours = parties.filter(({ namespace }) => namespace === undefined);
  const nodes = ours.filter(({ labels }) => labels[COMPONENT] === "node").map(({ name }) => name);
  return [
    ...DOMAINS.flatMap((service) =>
      [service, "backup", "restore"].map((who) => `${who} → ${service}-postgres:5432`),
    ),
    ...nodes.flatMap((node) => [
      `${node} → nats:4222`,
      `${node} → redis:6379`,
      `${node} → collector:4318`,
      `prometheus → ${node}:3030`,
    ]),
    "nats → nats:6222",
    "prometheus → monitoring:3029",
    "ingress → gateway:3000",
    ...ours.map(({ name }) => `${name} → dns:53`),
  ].sort();
}

describe.each(["prod", "dev"])("in %s", (overlay) => {
  test("everybody reaches what they need, and nobody anything else", async () => {
    const manifests = await render(`k8s/overlays/${overlay}`);
    const policies = ofKind(manifests, "NetworkPolicy");
    const ours = workloadsOf(manifests).map(({ name, labels }): Party => ({ name, labels }));
    expect(ours.map(({ name }) => name)).toEqual(expect.arrayContaining(SERVICES));
    const stray: Party = { name: "stray", labels: {} };
    const parties = [...ours, ...OTHERS, stray];
    const open = parties.flatMap((from) =>
      parties
        .filter((to) => from.namespace === undefined || to.namespace === undefined)
        .flatMap((to) =>
          PORTS.filter((port) => mayReach(policies, { from, to, port })).map(
            (port) => `${from.name} → ${to.name}:${port}`,
          ),
        ),
    );
    // A pod that nobody has thought of may ask for names too, and that is all.
    expect(open.sort()).toEqual(needed(parties));
  });
});
