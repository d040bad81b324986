import type { Manifest } from "../../lib/manifest.ts";

export default {
  name: "identity",
  keeps: "people, sessions, roles",
  place: 1,
  database: true,
  port: 15431,
  areas: ["auth", "users"],
  broadcasts: ["identity.sessions_revoked"],
  rooms: { user: { permission: "users.read", of: "person" } },
  counters: {
    "comptoir.people.total": {
      says: "People who registered",
      outcomes: { "user.registered": "registered" },
    },
  },
  permissions: {
    "users.read": { user: "own", moderator: "any" },
    "users.edit": { user: "own" },
    "roles.assign": {},
  },
} satisfies Manifest;
