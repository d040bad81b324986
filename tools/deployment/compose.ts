/** What docker-compose*.yml say of each service. */
import type { Manifest } from "../../lib/manifest.ts";
import { MANIFESTS } from "../../services/manifests.ts";
import type { Parts } from "./parts.ts";

const DATABASES = MANIFESTS.filter(({ database }) => database);
/** What the door of all has besides, ports and copies, is written by hand. */
const INNER = MANIFESTS.filter(({ name }) => name !== "gateway");

const node = ({ name, database }: Manifest): string[] =>
  database
    ? [
        `${name}:`,
        "  <<: [*confined, *node]",
        `  environment: { <<: [*settings, *keeping], SERVICES: ${name} }`,
        `  networks: [microservices, cache, ${name}-data]`,
        "  secrets:",
        "    - jwt",
        "    - redis-url",
        `    - { source: ${name}-nkey, target: nkey }`,
        `    - { source: ${name}-database-url, target: database-url }`,
        `    - { source: ${name}-owner-database-url, target: owner-database-url }`,
      ]
    : [
        `${name}:`,
        "  <<: [*confined, *node]",
        `  environment: { <<: *settings, SERVICES: ${name} }`,
        "  networks: [microservices, cache]",
        `  secrets: [jwt, redis-url, { source: ${name}-nkey, target: nkey }]`,
      ];

const database = ({ name, place, port = 15_440 + place }: Manifest): string[] => [
  `${name}-db:`,
  "  <<: [*confined, *postgres]",
  `  environment: { <<: *database, POSTGRES_DB: ${name} }`,
  `  ports: ["127.0.0.1:${port}:5432"]`,
  `  networks: { ${name}-data: { aliases: [${name}-postgres] } }`,
  "  volumes:",
  `    - ${name}-data:/var/lib/postgresql`,
  "    - ./k8s/base/roles.sql:/docker-entrypoint-initdb.d/roles.sql:ro",
  "  secrets:",
  `    - { source: ${name}-password, target: postgres/password }`,
  `    - { source: ${name}-owner-password, target: postgres/owner-password }`,
  `    - { source: ${name}-superuser-password, target: postgres/superuser-password }`,
];

/** Each secret, and the file of `npm run compose:secrets` that holds it. */
const secrets = ({ name, database: has }: Manifest): string[] =>
  Object.entries({
    nkey: "bus.nkey",
    ...(has && {
      "database-url": "database.url",
      "owner-database-url": "database.owner-url",
      password: "postgres.password",
      "owner-password": "postgres.owner-password",
      "superuser-password": "postgres.superuser-password",
    }),
  }).map(([secret, file]) => `${name}-${secret}: { file: secrets/compose/${name}-${file} }`);

const apart = (blocks: readonly string[][]) =>
  blocks.flatMap((block, i) => (i === 0 ? block : ["", ...block]));
const data = DATABASES.map(({ name }) => `${name}-data: {}`);

export const COMPOSE: Readonly<Record<string, Parts>> = {
  "docker-compose.yml": {
    services: apart(INNER.map(node)),
    databases: apart(DATABASES.map(database)),
    networks: data,
    volumes: data,
    secrets: MANIFESTS.flatMap(secrets),
  },
  "docker-compose.prod.yml": {
    services: [
      ...INNER.map(({ name, database: has }) => `${name}: { <<: *${has ? "keeper" : "node"} }`),
      "",
      ...DATABASES.map(({ name }) => `${name}-db: { <<: *postgres }`),
    ],
  },
  "docker-compose.dev.yml": { services: MANIFESTS.map(({ name }) => `${name}: { <<: *dev }`) },
};
