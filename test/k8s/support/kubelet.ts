/** What Kubernetes does before it starts a container: puts its files where they belong, and makes its environment. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { IVolume } from "kubernetes-models/v1/Volume";
import { type Labels, type Manifest, nameOf, ofKind, type Workload } from "./manifests.ts";

export interface Prepared {
  readonly env: Record<string, string>;
  /** What it is started with, where the manifest says it. */
  readonly command: readonly string[];
  /** Where a path of the containers is on this machine; also of each path in a text. */
  readonly at: (text: string) => string;
}

interface Place {
  readonly root: string;
  readonly pod?: string;
  /** Variables that somebody has set besides, as `kubectl set env` does. */
  readonly given?: Readonly<Record<string, string>>;
}

/**
 * Prepares the containers of `workload` below `root`; answers the environment of the first. `all` has
 * everything that it refers to, also secrets. Paths of mounts, in the environment and in files, are
 * changed to those below `root`.
 * @throws Error that names what is referred to and does not exist
 */
export function prepare(
  workload: Workload,
  all: readonly Manifest[],
  { root, pod = `${workload.name}-5d4f8b7c9-x2v7q`, given = {} }: Place,
): Prepared {
  const mounts = workload.containers.flatMap(({ volumeMounts = [] }) => volumeMounts);
  const at = below(
    root,
    mounts.map(({ mountPath }) => mountPath),
  );
  for (const { name, mountPath, subPath } of mounts) {
    const volume = workload.pod.volumes?.find((one) => one.name === name);
    const files = volume ? filesOf(volume, all) : new Map<string, string>();
    if (subPath === undefined) mkdirSync(path.join(root, mountPath), { recursive: true });
    else put(path.join(root, mountPath), at(demand(files.get(subPath), `${name}: ${subPath}`)));
    for (const [file, text] of subPath === undefined ? files : [])
      put(path.join(root, mountPath, file), at(text));
  }
  const env = { ...environmentOf(workload, all, pod), ...given };
  const inPlace = Object.entries(env).map(([name, value]) => [name, at(value)] as const);
  const command = (workload.containers[0]?.command ?? []).map((word) => at(filledIn(word, env)));
  return { env: Object.fromEntries(inPlace), command, at };
}

/** `$(NAME)` in a command is the value of a variable; of one that there is not, it stays as it is. */
const filledIn = (word: string, env: Readonly<Record<string, string>>): string =>
  word.replaceAll(/\$\((\w+)\)/g, (text, name: string) => env[name] ?? text);

/** Changes paths that begin with one of `places`; longer ones first, since one may lie in another. */
function below(root: string, places: readonly string[]): (text: string) => string {
  const known = [...new Set(places)].toSorted((a, b) => b.length - a.length);
  const patterns = known.map((place) => place.replaceAll(".", "\\."));
  // What stands in the middle of another path belongs to that.
  const place = new RegExp(`(?<![\\w/.])(${patterns.join("|")})(?![\\w-])`, "g");
  return (text) => text.replaceAll(place, (found) => path.join(root, found));
}

function put(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** The files that a volume has, by name. */
export function filesOf(volume: IVolume, all: readonly Manifest[]): Map<string, string> {
  const { configMap, secret } = volume;
  if (!configMap && !secret) return new Map();
  const texts = secret
    ? textsOf(all, "Secret", secret.secretName ?? "")
    : textsOf(all, "ConfigMap", configMap?.name ?? "");
  const items = (secret ?? configMap)?.items;
  if (!items) return new Map(Object.entries(texts));
  return new Map(
    items.map(({ key, path: file }) => [file, demand(texts[key], `${volume.name}: ${key}`)]),
  );
}

/** @throws Error where there is no such Secret or ConfigMap */
function textsOf(all: readonly Manifest[], kind: "Secret" | "ConfigMap", name: string) {
  const found = ofKind(all, kind).find((one) => nameOf(one) === name);
  if (!found) throw new Error(`There is no ${kind} ${name}.`);
  return found.kind === "Secret" ? (found.stringData ?? {}) : (found.data ?? {});
}

function environmentOf(
  workload: Workload,
  all: readonly Manifest[],
  pod: string,
): Record<string, string> {
  const [container] = workload.containers;
  const settings = (container?.envFrom ?? []).flatMap(({ configMapRef }) =>
    Object.entries(textsOf(all, "ConfigMap", configMapRef?.name ?? "")),
  );
  const own = (container?.env ?? []).map(
    (one) => [one.name, valueOf(one, workload.labels, pod)] as const,
  );
  return Object.fromEntries([...settings, ...own]);
}

/** Of what a pod knows about itself, only what the manifests ask for. */
function valueOf({ name, value, valueFrom }: IEnvVar, labels: Labels, pod: string): string {
  const field = valueFrom?.fieldRef?.fieldPath;
  if (field === undefined) return demand(value, name);
  if (field === "metadata.name") return pod;
  const label = /^metadata\.labels\['(.+)'\]$/.exec(field)?.[1] ?? "";
  return demand(labels[label], field);
}

function demand(text: string | undefined, what: string): string {
  if (text !== undefined) return text;
  throw new Error(`There is no ${what}.`);
}
