/**
 * `node k8s/secrets.ts --folder FOLDER [--namespace NAME]`: writes what the manifests only refer to,
 * as a list for `kubectl apply --server-side -f -`. Secrets are made once and kept in FOLDER, which is
 * to be guarded like what they open. Repeat it with each upgrade: it adds what is new.
 */
import path from "node:path";
import { parseArgs } from "node:util";
import { secretsFrom } from "../operations/secrets/secrets.ts";

try {
  const options = { folder: { type: "string" }, namespace: { type: "string" } } as const;
  const { folder, namespace = "comptoir" } = parseArgs({ options }).values;
  if (folder === undefined)
    throw new Error("Say where the secrets are kept: node k8s/secrets.ts --folder FOLDER");
  const items = await secretsFrom(path.resolve(folder), namespace);
  process.stdout.write(`${JSON.stringify({ apiVersion: "v1", kind: "List", items }, null, 2)}\n`);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
