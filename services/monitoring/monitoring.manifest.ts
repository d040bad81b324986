import type { Manifest } from "../../lib/manifest.ts";

export default {
  name: "monitoring",
  keeps: "nothing: what the running company looks like",
  place: 8,
  database: false,
  calls: [
    "$operations.deadLetters",
    "$operations.inspect",
    "$operations.jobs",
    "$operations.replay",
    "$operations.replayJob",
  ],
  hears: ["$metrics.snapshot"],
  rooms: { admin: { permission: "system.read", single: true } },
  permissions: {
    "sagas.read": {},
    "sagas.retry": {},
    "audit.read": { accountant: "any" },
    "system.read": {},
  },
} satisfies Manifest;
