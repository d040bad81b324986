/** The manifests of a small cluster with all that they refer to, and a folder for what is started of them. */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { secretsFrom } from "../../../operations/secrets/secrets.ts";
import { busCertificate } from "./bus-certificates.ts";
import { type Manifest, nameOf, ofKind, type Workload } from "./manifests.ts";
import { overlayOf } from "./overlay.ts";

export interface System {
  readonly all: readonly Manifest[];
  readonly folder: string;
  /** @throws Error where there is none of that name */
  workload(name: string): Workload;
  /** One text of a Secret. @throws Error where there is none */
  secret(name: string, key: string): string;
  remove(): Promise<void>;
}

export async function system(): Promise<System> {
  const folder = await mkdtemp(path.join(tmpdir(), "comptoir-k8s-house-"));
  // Postgres runs as another user.
  await chmod(folder, 0o711);
  const { all: manifests, workloads } = await overlayOf("dev");
  const secrets = await secretsFrom(path.join(folder, "kept"), "comptoir-dev");
  const all = [...manifests, ...secrets, await busCertificate(manifests, ["localhost"])];
  return {
    all,
    folder,
    workload: (name) => {
      const found = workloads.find((one) => one.name === name);
      if (found) return found;
      throw new Error(`There is no workload ${name}.`);
    },
    secret: (name, key) => {
      const found = ofKind(all, "Secret").find((one) => nameOf(one) === name);
      const text = found?.stringData?.[key];
      if (text !== undefined) return text;
      throw new Error(`There is no secret ${name} with ${key}.`);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
