/** As much of cert-manager's API as the manifests use: https://cert-manager.io/docs/reference/api-docs/ */
interface Metadata {
  name?: string;
  namespace?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}
type Usage = "digital signature" | "key encipherment" | "server auth" | "client auth";

export interface ICertificate {
  apiVersion: "cert-manager.io/v1";
  kind: "Certificate";
  metadata?: Metadata;
  spec: {
    secretName: string;
    issuerRef: { name: string; kind?: "Issuer" | "ClusterIssuer"; group?: "cert-manager.io" };
    commonName?: string;
    dnsNames?: string[];
    isCA?: boolean;
    duration?: string;
    renewBefore?: string;
    usages?: Usage[];
    privateKey?: {
      algorithm?: "RSA" | "ECDSA" | "Ed25519";
      size?: number;
      rotationPolicy?: "Never" | "Always";
    };
  };
}

export interface IIssuer {
  apiVersion: "cert-manager.io/v1";
  kind: "Issuer";
  metadata?: Metadata;
  spec: { selfSigned: Record<string, never> } | { ca: { secretName: string } };
}
