import type { ServiceSchema } from "moleculer";
import { Database } from "../../mixins/database.mixin.ts";

/** Plays a producer of events: a service with a real database and feed, and nothing else. */
export const aFeed = (name: string): ServiceSchema => ({
  name,
  mixins: [Database(name)],
});
