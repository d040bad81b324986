import type { Manifest } from "../../lib/manifest.ts";

export default {
  name: "gateway",
  keeps: "nothing: the door, REST and socket.io",
  place: 9,
  database: false,
  edge: true,
  calls: ["identity.revokedSessions"],
} satisfies Manifest;
