/** What k8s/ says of each service. */
import { globSync } from "node:fs";
import path from "node:path";
import type { Manifest } from "../../lib/manifest.ts";
import { DOMAINS, MANIFESTS } from "../../services/manifests.ts";
import type { Parts } from "./parts.ts";

const backedUp: Parts = {
  databases: DOMAINS.flatMap((name) => [
    `- name: ${name.toUpperCase()}_BACKUP_DATABASE_URL_FILE`,
    `  value: /run/secrets/databases/${name}`,
  ]),
};
const urls = (account: (name: string) => string) =>
  DOMAINS.map((name) => `${name}: postgres://${account(name)}@${name}-postgres:5432/${name}`);

export const KUBERNETES: Readonly<Record<string, Parts>> = {
  "k8s/base/kustomization.yaml": { services: MANIFESTS.map(({ name }) => `- ../services/${name}`) },
  "k8s/components/backup/backup.yaml": backedUp,
  "k8s/components/backup/restore.yaml": backedUp,
  "k8s/secrets.example.yaml": {
    backup: urls((name) => `${name}_backup:<backup password>`),
    restore: urls(() => "postgres:<superuser password>"),
  },
};

/** Files by hand beside these are what the service has of its own, and the kustomization is theirs. */
export const foldersOf = (header: string): Record<string, string> =>
  Object.assign({}, ...MANIFESTS.map((manifest) => folderOf(manifest, header))) as Record<
    string,
    string
  >;

function folderOf({ name, database }: Manifest, header: string): Record<string, string> {
  const folder = `k8s/services/${name}`;
  const generated = ["account.yaml", "kustomization.yaml"];
  const own = globSync(`${folder}/*`).some((file) => !generated.includes(path.basename(file)));
  return {
    [`${folder}/account.yaml`]: `${header}apiVersion: v1
kind: ServiceAccount
metadata:
  name: ${name}
  labels:
    app.kubernetes.io/name: ${name}
automountServiceAccountToken: false
`,
    ...(!own && {
      [`${folder}/kustomization.yaml`]: `${header}apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [account.yaml]
components:
  - ../../components/node
${database ? "  - ../../components/database\n" : ""}  - ../../components/naming
`,
    }),
  };
}
