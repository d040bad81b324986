import type { Manifest } from "../../lib/manifest.ts";

export default {
  name: "gateway",
  place: 9,
  database: false,
} satisfies Manifest;
