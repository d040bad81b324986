/** What Kubernetes would accept and still not run rightly, in the manifests as a cluster gets them. */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { DOMAINS } from "../../services/registry.ts";
import { COMPONENT, type Kind, NAME, nameOf, ofKind, selects } from "./support/manifests.ts";
import { argumentOf, byName, type Overlay, overlayOf, OVERLAYS } from "./support/overlay.ts";
import { renderers } from "./support/render.ts";

const SERVICES = ["gateway", "monitoring", ...DOMAINS].sort();
/** As clusters of today serve them. The compiler also knows versions that are long gone. */
const API: Record<Kind, string> = {
  Deployment: "apps/v1",
  StatefulSet: "apps/v1",
  Job: "batch/v1",
  CronJob: "batch/v1",
  HorizontalPodAutoscaler: "autoscaling/v2",
  PodDisruptionBudget: "policy/v1",
  NetworkPolicy: "networking.k8s.io/v1",
  Ingress: "networking.k8s.io/v1",
  ConfigMap: "v1",
  Namespace: "v1",
  PersistentVolumeClaim: "v1",
  Secret: "v1",
  Service: "v1",
  ServiceAccount: "v1",
  Certificate: "cert-manager.io/v1",
  Issuer: "cert-manager.io/v1",
};

test.each(OVERLAYS)("whoever renders %s gets the same", async (overlay) => {
  const texts = await Promise.all(
    [...(await renderers()).values()].map((one) => one(`k8s/overlays/${overlay}`)),
  );
  for (const text of texts) expect(text).toBe(texts[0]);
});

describe.each(OVERLAYS)("in %s", (overlay) => {
  let { all, workloads, nodes, settings }: Overlay = {
    all: [],
    workloads: [],
    nodes: [],
    settings: {},
  };
  beforeAll(async () => {
    ({ all, workloads, nodes, settings } = await overlayOf(overlay));
  });

  test("every service of the system runs, each domain with a Postgres of its own", () => {
    expect(nodes.map(({ name }) => name).sort()).toEqual(SERVICES);
    const databases = workloads.filter(({ labels }) => labels[COMPONENT] === "database");
    expect(databases.map(({ name }) => name).sort()).toEqual(
      DOMAINS.map((name) => `${name}-postgres`).sort(),
    );
    for (const database of databases) {
      expect(argumentOf(database, "max_connections")).toBe("200");
      expect(argumentOf(database, "shared_buffers")).toBe("256MB");
      expect(argumentOf(database, "effective_cache_size")).toBe("1GB");
    }
  });

  test("nothing is left of the words that stand for a service's name", () => {
    expect(all.map(nameOf)).not.toContain("node");
    expect(all.map(({ metadata }) => metadata?.labels?.[NAME])).not.toContain("node");
    expect(JSON.stringify(all)).not.toMatch(/"node-(bus|database|postgres|to-postgres)"/);
  });

  test("all is in one namespace, restricted, and of versions that clusters serve", () => {
    const [namespace] = ofKind(all, "Namespace");
    expect(namespace?.metadata?.labels).toMatchObject({
      "pod-security.kubernetes.io/enforce": "restricted",
    });
    const others = all.filter((one) => one.kind !== "Namespace");
    expect([...new Set(others.map((one) => one.metadata?.namespace))]).toEqual([
      namespace?.metadata?.name,
    ]);
    expect(all.filter(({ kind, apiVersion }) => API[kind] !== apiVersion)).toEqual([]);
  });

  test("every selector means its own pods and no others", () => {
    for (const { name, selector, labels } of workloads) {
      if (!selector) continue;
      expect(selects({ matchLabels: selector }, labels)).toBe(true);
      const meant = workloads.filter((one) => selects({ matchLabels: selector }, one.labels));
      expect(meant.map((one) => one.name)).toEqual([name]);
    }
    const selectors = [
      ...ofKind(all, "Service").map((one) => ({ of: one, matchLabels: one.spec?.selector })),
      ...ofKind(all, "PodDisruptionBudget").map((one) => ({ of: one, ...one.spec?.selector })),
    ];
    for (const { of, matchLabels } of selectors) {
      const meant = workloads.filter((one) => selects({ matchLabels }, one.labels));
      expect(meant.map((one) => one.name)).toEqual([nameOf(of).replace("nats-servers", "nats")]);
    }
    for (const { name, pod, labels } of workloads)
      for (const { labelSelector } of pod.topologySpreadConstraints ?? [])
        expect({ name, own: selects(labelSelector, labels) }).toEqual({ name, own: true });
  });

  test("services lead to ports that are there, and names lead to what exists", () => {
    const services = byName(ofKind(all, "Service").map((one) => ({ ...one, name: nameOf(one) })));
    for (const { name, spec } of services.values()) {
      const pods = workloads.filter((one) => selects({ matchLabels: spec?.selector }, one.labels));
      const ports = pods.flatMap(({ containers }) => containers.flatMap((it) => it.ports ?? []));
      for (const { targetPort, appProtocol } of spec?.ports ?? []) {
        expect({ name, ports: ports.map((port) => port.name) }).toEqual({
          name,
          ports: expect.arrayContaining([targetPort]),
        });
        expect(["http", "tcp"]).toContain(appProtocol);
      }
    }
    for (const set of ofKind(all, "StatefulSet"))
      expect(services.get(set.spec?.serviceName ?? "")?.spec?.clusterIP).toBe("None");
    for (const { spec } of ofKind(all, "Ingress")) {
      const [path] = spec?.rules?.[0]?.http?.paths ?? [];
      const { name = "", port } = path?.backend.service ?? {};
      expect([...byName(services.get(name)?.spec?.ports).keys()]).toContain(port?.name);
      expect(spec?.tls?.[0]?.hosts).toEqual([spec?.rules?.[0]?.host]);
      const { CORS_ORIGINS, PUBLIC_URL } = settings;
      expect(new Set([CORS_ORIGINS, PUBLIC_URL])).toEqual(
        new Set([`https://${spec?.rules?.[0]?.host}`]),
      );
    }
    const accounts = ofKind(all, "ServiceAccount").map(nameOf);
    for (const { name, pod } of nodes)
      expect([pod.serviceAccountName, accounts]).toEqual([name, expect.arrayContaining([name])]);
  });

  test("an autoscaler says how many there are of each service, and nobody else does", () => {
    const scaled = ofKind(all, "HorizontalPodAutoscaler").map(
      ({ spec }) => spec?.scaleTargetRef.name,
    );
    expect(scaled.sort()).toEqual(SERVICES.filter((name) => name !== "monitoring"));
    for (const deployment of ofKind(all, "Deployment"))
      expect(deployment.spec?.replicas).toBe(scaled.includes(nameOf(deployment)) ? undefined : 1);
  });

  test("as many nodes as there may be have connections enough", () => {
    const ownerConnections = 2;
    const reserved = 3;
    const backupConnections = 6;
    for (const { spec } of ofKind(all, "HorizontalPodAutoscaler")) {
      const target = spec?.scaleTargetRef.name ?? "";
      const database = workloads.find(({ name }) => name === `${target}-postgres`);
      if (!database) continue;
      // One more while a new version comes in.
      const nodesAtMost = (spec?.maxReplicas ?? 0) + 1;
      const wanted =
        nodesAtMost * (Number(settings.DATABASE_POOL) + ownerConnections) +
        reserved +
        backupConnections;
      expect(wanted).toBeLessThanOrEqual(Number(argumentOf(database, "max_connections")));
    }
  });
});

test("the first time is production and the job that makes the administrator, no more", async () => {
  const names = async (overlay: string) =>
    (await overlayOf(overlay)).all.map((one) => `${one.kind} ${nameOf(one)}`);
  const [first, prod] = await Promise.all([names("first"), names("prod")]);
  expect(first.filter((name) => !prod.includes(name))).toEqual(["Job seed"]);
  expect(prod.filter((name) => !first.includes(name))).toEqual([]);
  const { workloads, nodes } = await overlayOf("first");
  const job = workloads.find(({ kind }) => kind === "Job");
  expect(job?.containers[0]?.image).toBe(nodes[0]?.containers[0]?.image);
});

test("every setting of the manifests is one that config.ts knows", () => {
  const known = readFileSync(".env.example", "utf8");
  const names = readFileSync("k8s/base/settings.env", "utf8").match(/^[A-Z_]+(?==)/gm) ?? [];
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => !new RegExp(`^${name}=`, "m").test(known))).toEqual([]);
});

test("every file is a part of something", () => {
  const files = globSync("k8s/**/*.{yaml,sql,conf,sh,env}");
  const named = globSync("k8s/**/kustomization.yaml").flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/[\w.-]+\.(?:yaml|sql|conf|sh|env)\b/g)].map(([name]) =>
      path.join(path.dirname(file), name),
    ),
  );
  const entrances = /kustomization\.yaml$|^k8s\/secrets\.example\.yaml$/;
  expect(files.filter((file) => !entrances.test(file) && !named.includes(file))).toEqual([]);
});
