/** One overlay's manifests, and the parts of them that tests ask for. */
import {
  COMPONENT,
  type Manifest,
  nameOf,
  ofKind,
  type Workload,
  workloadsOf,
} from "./manifests.ts";
import { render } from "./render.ts";

export const OVERLAYS = ["prod", "dev"] as const;

export interface Overlay {
  readonly all: readonly Manifest[];
  readonly workloads: readonly Workload[];
  /** Those that run services of ours. */
  readonly nodes: readonly Workload[];
  /** What all nodes are told in their environment. */
  readonly settings: Readonly<Record<string, string>>;
}

export async function overlayOf(name: string): Promise<Overlay> {
  const all = await render(`k8s/overlays/${name}`);
  const workloads = workloadsOf(all);
  const settings = ofKind(all, "ConfigMap").find((one) => nameOf(one).startsWith("settings-"));
  return {
    all,
    workloads,
    nodes: workloads.filter((one) => one.kind === "Deployment" && one.labels[COMPONENT] === "node"),
    settings: settings?.data ?? {},
  };
}

/** A setting of Postgres, as its server is started with it. */
export const argumentOf = (workload: Workload | undefined, name: string): string | undefined =>
  workload?.containers[0]?.args?.find((one) => one.startsWith(`${name}=`))?.split("=")[1];

export const byName = <T extends { name?: string }>(things: readonly T[] = []): Map<string, T> =>
  new Map(things.map((thing) => [thing.name ?? "", thing]));
