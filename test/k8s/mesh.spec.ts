/** The same manifests in a service mesh: what an overlay gets by one of the two components. */
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Manifest, ofKind, workloadsOf } from "./support/manifests.ts";
import { mayReach } from "./support/reach.ts";
import { render } from "./support/render.ts";
import { mistakesIn } from "./support/typed.ts";

/** `k8s/overlays/prod` with the component: what somebody would write in an overlay of theirs. */
async function inMesh(mesh: string): Promise<Manifest[]> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), "comptoir-k8s-mesh-")));
  const at = (name: string) => path.relative(folder, path.resolve("k8s", name));
  const kustomization = {
    resources: [at("overlays/prod")],
    components: [at(`components/${mesh}`)],
  };
  try {
    await writeFile(path.join(folder, "kustomization.yaml"), JSON.stringify(kustomization));
    return await render(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const MESHES = [
  {
    mesh: "istio",
    control: { namespace: "istio-system", labels: { app: "istiod" }, port: 15_012 },
  },
  { mesh: "linkerd", control: { namespace: "linkerd", labels: {}, port: 8086 } },
] as const;

test.each(MESHES)(
  "in $mesh every pod gets a proxy, which reaches the control plane",
  async (one) => {
    const { mesh, control } = one;
    const all = await inMesh(mesh);
    expect(await mistakesIn(all)).toEqual([]);
    const [namespace] = ofKind(all, "Namespace");
    expect({ ...namespace?.metadata?.labels, ...namespace?.metadata?.annotations }).toMatchObject(
      mesh === "istio" ? { "istio-injection": "enabled" } : { "linkerd.io/inject": "enabled" },
    );
    const policies = ofKind(all, "NetworkPolicy");
    const to = { name: mesh, ...control };
    for (const { name, labels } of workloadsOf(all))
      expect([
        name,
        mayReach(policies, { from: { name, labels }, to, port: control.port }),
      ]).toEqual([name, true]);
  },
  60_000,
);

test("a job's proxy ends with the job", async () => {
  const istio = ofKind(await inMesh("istio"), "CronJob");
  expect(istio).toHaveLength(2);
  for (const { spec } of istio)
    expect(spec?.jobTemplate.spec?.template.metadata?.annotations).toEqual({
      "sidecar.istio.io/nativeSidecar": "true",
    });
  const [namespace] = ofKind(await inMesh("linkerd"), "Namespace");
  expect(namespace?.metadata?.annotations).toMatchObject({
    "config.beta.linkerd.io/proxy-enable-native-sidecar": "true",
  });
}, 60_000);
