/** The secrets to which the manifests refer: passwords, keys, and the bus's permissions. */
import { createHash, randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { writeUsers } from "../nats/deploy.ts";
import { DOMAINS } from "../../services/registry.ts";

/** A Secret or ConfigMap, as `kubectl` reads it. */
interface SavedSecrets {
  readonly apiVersion: "v1";
  readonly kind: "Secret" | "ConfigMap";
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly stringData?: Readonly<Record<string, string>>;
  readonly data?: Readonly<Record<string, string>>;
}
type Texts = Readonly<Record<string, string>>;

/**
 * Creates all secrets to which the manifests refer. Each is created once and stored in `folder`; a
 * repetition returns the same, and adds new ones. Two at once get the same secrets.
 * @throws Error with a sentence when a stored secret cannot be a part of a URL
 */
export async function secretsFrom(folder: string, namespace: string): Promise<SavedSecrets[]> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const saved = (name: string) => savedIn(path.join(folder, name), PASSWORD);
  const secret = (name: string, stringData: Texts): SavedSecrets => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace },
    stringData,
  });
  const redis = saved("redis");
  const nats = path.join(folder, "nats");
  const members = await writeUsers(nats, { namespace: "comptoir" });
  const inNats = (name: string) => readFileSync(path.join(nats, name), "utf8");
  return [
    secret("comptoir", {
      "jwt-secret": savedIn(path.join(folder, "jwt"), TOKENS),
      "redis-url": `redis://comptoir:${redis}@redis:6379`,
    }),
    secret("redis", { "users.acl": usersOf(redis) }),
    ...DOMAINS.flatMap((service) => databaseSecrets(service, saved).map((it) => secret(...it))),
    secret(
      "backup",
      addresses((service) => [`${service}_backup`, saved(`${service}-backup-password`)]),
    ),
    secret(
      "restore",
      addresses((service) => ["postgres", saved(`${service}-superuser-password`)]),
    ),
    ...members.map((member) => secret(`${member}-bus`, { nkey: inNats(`${member}.nk`).trim() })),
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "nats-users", namespace },
      data: { "users.conf": inNats("users.conf"), "keys.conf": inNats("keys.conf") },
    },
  ];
}

/** Builds the secrets of a service's database server, and of the service. */
function databaseSecrets(service: string, saved: (name: string) => string): [string, Texts][] {
  const password = saved(`${service}-password`);
  const ownerPassword = saved(`${service}-owner-password`);
  const at = `@${service}-postgres:5432/${service}`;
  return [
    [
      `${service}-postgres`,
      {
        "superuser-password": saved(`${service}-superuser-password`),
        password,
        "owner-password": ownerPassword,
        "backup-password": saved(`${service}-backup-password`),
      },
    ],
    [
      `${service}-database`,
      {
        url: `postgres://${service}:${password}${at}`,
        "owner-url": `postgres://${service}_owner:${ownerPassword}${at}`,
      },
    ],
  ];
}

/** Builds all database URLs by service, for the role and password of `account`. */
const addresses = (account: (service: string) => readonly [string, string]): Texts =>
  Object.fromEntries(
    DOMAINS.map((service) => {
      const [role, password] = account(service);
      return [service, `postgres://${role}:${password}@${service}-postgres:5432/${service}`];
    }),
  );

/**
 * Users of Redis: no access without a password; ours may do all but administration. By `info`
 * ioredis knows that Redis is up.
 * https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/
 */
const usersOf = (password: string): string =>
  [
    "user default off",
    `user comptoir on #${sha256(password)} ~* &* +@all -@admin -@dangerous +info`,
    "",
  ].join("\n");

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** The form of a stored value, and the number of random bytes in a new one. */
export const PASSWORD = {
  bytes: 24,
  form: /^[\w-]{20,}$/,
  says: "20 or more letters, digits, - and _",
};
const TOKENS = {
  bytes: 48,
  form: /^[\w-]{64,}(,[\w-]{64,})*$/,
  says: "64 or more letters, digits, - and _ (several of them separated by commas)",
};

/** Only characters that need no escaping in URLs are accepted. */
export function savedIn(file: string, { bytes, form, says }: typeof PASSWORD): string {
  try {
    writeFileSync(file, randomBytes(bytes).toString("base64url"), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const text = readFileSync(file, "utf8").trim();
  if (form.test(text)) return text;
  throw new Error(`${file} must hold ${says}. Remove it for a new one.`);
}
