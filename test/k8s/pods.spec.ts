/** Each pod for itself: what it may, what it is given, and how it is asked whether it is well. */
import { config } from "../../config.ts";
import { brokerOptions } from "../../moleculer.config.ts";
import { DOMAINS } from "../../services/registry.ts";
import { nameOf, ofKind, VERSION } from "./support/manifests.ts";
import { byName, type Overlay, overlayOf, OVERLAYS } from "./support/overlay.ts";

const SERVICES = ["gateway", "monitoring", ...DOMAINS].sort();

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

  // https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
  test("every pod is as restricted as the namespace demands, and reads only its own disk", () => {
    for (const { name, pod, containers } of workloads) {
      expect({ ...pod, name }).toMatchObject({
        name,
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
      });
      expect(pod.securityContext?.runAsUser).toBeGreaterThan(0);
      expect(pod.hostNetwork ?? pod.hostPID ?? pod.hostIPC ?? false).toBe(false);
      expect((pod.volumes ?? []).filter(({ hostPath }) => hostPath)).toEqual([]);
      for (const container of containers)
        expect({ ...container }).toMatchObject({
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
          },
          resources: {
            requests: { cpu: expect.any(String), memory: expect.any(String) },
            limits: { cpu: expect.any(String), memory: expect.any(String) },
          },
        });
    }
  });

  test("every mount has a volume, and every volume is mounted", () => {
    for (const { name, kind, pod, containers } of workloads) {
      const claimed =
        kind === "StatefulSet"
          ? ofKind(all, "StatefulSet")
              .filter((set) => nameOf(set) === name)
              .flatMap(({ spec }) => spec?.volumeClaimTemplates ?? [])
              .map(({ metadata }) => metadata?.name ?? "")
          : [];
      const volumes = [...byName(pod.volumes).keys(), ...claimed];
      const mounted = containers.flatMap(({ volumeMounts = [] }) =>
        volumeMounts.map((it) => it.name),
      );
      expect({ name, mounted: [...new Set(mounted)].sort() }).toEqual({
        name,
        mounted: volumes.sort(),
      });
    }
  });

  test("what runs for long is asked how it is, at ports that it has", () => {
    for (const { name, kind, containers } of workloads) {
      const [main] = containers;
      if (kind.endsWith("Job") || !main) continue;
      for (const probe of [main.startupProbe, main.livenessProbe, main.readinessProbe]) {
        expect({ name, probe }).toEqual({ name, probe: expect.any(Object) });
        const port = probe?.httpGet?.port ?? probe?.tcpSocket?.port;
        const asked = port === undefined ? probe?.exec?.command?.[0] : port;
        expect([...byName(main.ports).keys(), "pg_isready"]).toContain(asked);
      }
    }
    for (const { containers } of nodes) {
      const [main] = containers;
      expect(main?.livenessProbe?.httpGet).toEqual({ path: "/live", port: "http-metrics" });
      expect(main?.readinessProbe?.httpGet).toEqual({ path: "/ready", port: "http-metrics" });
    }
  });

  test("ports are those that the settings say", () => {
    const port = (service: string, name: string) =>
      byName(nodes.find((node) => node.name === service)?.containers[0]?.ports).get(name)
        ?.containerPort;
    for (const name of SERVICES)
      expect(String(port(name, "http-metrics"))).toBe(settings.METRICS_PORT);
    expect(String(port("gateway", "http"))).toBe(settings.PORT);
    expect(String(port("monitoring", "http-cluster"))).toBe(settings.MONITORING_PORT);
  });

  test("a node has time to finish what is under way", () => {
    const { tracking } = brokerOptions() as { tracking: { shutdownTimeout: number } };
    for (const { pod, containers } of nodes) {
      const before = containers[0]?.lifecycle?.preStop?.sleep?.seconds ?? 0;
      const needed = before + tracking.shutdownTimeout / 1000 + 5;
      expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(needed);
    }
    const gateway = nodes.find(({ name }) => name === "gateway");
    expect(gateway?.containers[0]?.lifecycle?.preStop?.sleep?.seconds).toBeGreaterThanOrEqual(5);
  });

  test("all of our own is of one image, whose version is a label; no image is of just any version", () => {
    const images = workloads.flatMap(({ containers }) =>
      containers.map(({ image }) => image ?? ""),
    );
    expect(images.filter((image) => !/:[\w.-]+$/.test(image) || image.endsWith(":latest"))).toEqual(
      [],
    );
    const ours = [...new Set(images.filter((image) => /(^|\/)comptoir:/.test(image)))];
    expect(ours).toHaveLength(1);
    const version = ours[0]?.split(":").at(-1);
    for (const { labels } of nodes) expect(labels[VERSION]).toBe(version);
  });

  test("figures are where the annotations say", () => {
    for (const deployment of ofKind(all, "Deployment").filter((one) =>
      SERVICES.includes(nameOf(one)),
    )) {
      const { metadata, spec } = deployment.spec?.template ?? {};
      // By these Prometheus finds them: monitoring/prometheus.k8s.yml.
      expect(metadata?.labels?.["app.kubernetes.io/part-of"]).toBe("comptoir");
      expect(metadata?.annotations).toMatchObject({
        "prometheus.io/scrape": "true",
        "prometheus.io/path": "/metrics",
      });
      const ports = spec?.containers[0]?.ports?.map((port) => String(port.containerPort));
      expect(ports).toContain(metadata?.annotations?.["prometheus.io/port"]);
    }
  });
});

test("production runs the version that this is", async () => {
  const { nodes } = await overlayOf("prod");
  for (const { labels } of nodes) expect(labels[VERSION]).toBe(config.version);
});
