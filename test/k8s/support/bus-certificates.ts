/** What cert-manager makes of the manifests' certificate for the bus, made by openssl instead. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import type { ISecret } from "kubernetes-models/v1/Secret";
import { findProgram } from "../../../runtime/servers/programs.ts";
import { type Manifest, nameOf, ofKind } from "./manifests.ts";

const run = promisify(execFile);
const KEY = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2";
const USAGES: Record<string, string> = { "server auth": "serverAuth", "client auth": "clientAuth" };

/** The secret of the certificate `nats-tls`; `others` are names that its servers have besides. */
export async function busCertificate(
  manifests: readonly Manifest[],
  others: readonly string[] = [],
): Promise<ISecret> {
  const wanted = ofKind(manifests, "Certificate").find((one) => nameOf(one) === "nats-tls");
  if (!wanted) throw new Error("There is no certificate nats-tls.");
  const openssl = await findProgram("openssl");
  const folder = await mkdtemp(path.join(tmpdir(), "comptoir-k8s-tls-"));
  try {
    const make = (words: string, extensions: readonly string[] = []) => {
      const added = extensions.flatMap((one) => ["-addext", one]);
      return run(openssl, [...`req -x509 ${KEY} ${words}`.split(" "), ...added], { cwd: folder });
    };
    await make("-subj /CN=authority -keyout ca.key -out ca.crt");
    const { dnsNames = [], usages = [] } = wanted.spec;
    const names = [...dnsNames, ...others].map((name) => `DNS:${name}`);
    await make("-CA ca.crt -CAkey ca.key -subj /CN=nats -keyout tls.key -out tls.crt", [
      `subjectAltName=${names.join(",")}`,
      `extendedKeyUsage=${usages.flatMap((one) => USAGES[one] ?? []).join(",")}`,
      "basicConstraints=critical,CA:false",
    ]);
    const text = (name: string) => readFile(path.join(folder, name), "utf8");
    return {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: wanted.spec.secretName },
      stringData: {
        "ca.crt": await text("ca.crt"),
        "tls.crt": await text("tls.crt"),
        "tls.key": await text("tls.key"),
      },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
