/** The kinds that the manifests are made of, and how to find one's way in them. */
import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";
import type { IStatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import type { IHorizontalPodAutoscaler } from "kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler";
import type { ICronJob } from "kubernetes-models/batch/v1/CronJob";
import type { IJob } from "kubernetes-models/batch/v1/Job";
import type { IIngress } from "kubernetes-models/networking.k8s.io/v1/Ingress";
import type { INetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import type { IPodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import type { IConfigMap } from "kubernetes-models/v1/ConfigMap";
import type { IContainer } from "kubernetes-models/v1/Container";
import type { INamespace } from "kubernetes-models/v1/Namespace";
import type { IPersistentVolumeClaim } from "kubernetes-models/v1/PersistentVolumeClaim";
import type { IPodSpec } from "kubernetes-models/v1/PodSpec";
import type { ISecret } from "kubernetes-models/v1/Secret";
import type { IService } from "kubernetes-models/v1/Service";
import type { IServiceAccount } from "kubernetes-models/v1/ServiceAccount";
import type { ICertificate, IIssuer } from "./cert-manager.ts";

export type Manifest =
  | IDeployment
  | IStatefulSet
  | IJob
  | ICronJob
  | IHorizontalPodAutoscaler
  | IPodDisruptionBudget
  | INetworkPolicy
  | IIngress
  | IConfigMap
  | INamespace
  | IPersistentVolumeClaim
  | ISecret
  | IService
  | IServiceAccount
  | ICertificate
  | IIssuer;
export type Kind = Manifest["kind"];
export type Labels = Readonly<Record<string, string>>;

/** All manifests of one kind. */
export const ofKind = <K extends Kind>(
  manifests: readonly Manifest[],
  kind: K,
): Extract<Manifest, { kind: K }>[] =>
  manifests.filter((one): one is Extract<Manifest, { kind: K }> => one.kind === kind);

export const nameOf = (manifest: Manifest): string => manifest.metadata?.name ?? "";

/** What runs pods, whatever keeps them running. */
export interface Workload {
  readonly kind: "Deployment" | "StatefulSet" | "Job" | "CronJob";
  readonly name: string;
  /** Labels of its pods. */
  readonly labels: Labels;
  /** By which it knows its pods; a job makes that up by itself. */
  readonly selector: Labels | undefined;
  readonly pod: IPodSpec;
  readonly containers: readonly IContainer[];
}

export const workloadsOf = (manifests: readonly Manifest[]): Workload[] =>
  [
    ...ofKind(manifests, "Deployment"),
    ...ofKind(manifests, "StatefulSet"),
    ...ofKind(manifests, "Job"),
    ...ofKind(manifests, "CronJob"),
  ].map((manifest) => {
    const { template, selector } =
      (manifest.kind === "CronJob" ? manifest.spec?.jobTemplate.spec : manifest.spec) ?? {};
    if (template?.spec === undefined) throw new Error(`${nameOf(manifest)} has no pod.`);
    return {
      kind: manifest.kind,
      name: nameOf(manifest),
      labels: template.metadata?.labels ?? {},
      selector: selector?.matchLabels,
      pod: template.spec,
      containers: template.spec.containers,
    };
  });

/** Whether a selector means pods (or a namespace) with these labels. */
export function selects(
  selector: { matchLabels?: Labels | undefined; matchExpressions?: unknown } | undefined,
  labels: Labels,
): boolean {
  if (selector?.matchExpressions !== undefined)
    throw new Error("Expressions in selectors are not understood here.");
  return Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
}

export const NAME = "app.kubernetes.io/name";
export const COMPONENT = "app.kubernetes.io/component";
export const VERSION = "app.kubernetes.io/version";
