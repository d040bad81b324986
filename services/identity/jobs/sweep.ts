import type { ServiceSchema } from "moleculer";
import { config } from "../../../config.ts";
import { mixin } from "../../../lib/bus.ts";
import type { ScheduledJob } from "../../../mixins/jobs.mixin.ts";
import { passwordPool } from "../adapters/passwords/pool.ts";
import { sweep } from "../store/attempts.store.ts";
import type { IdentityService } from "../identity.types.ts";

/** The threads that hash passwords. They are made with the service, as a schema is cloned. */
export const Passwords: Partial<ServiceSchema> = mixin({
  created(this: IdentityService) {
    this.passwords = passwordPool({ cost: config.passwordCost });
  },
  async stopped(this: IdentityService) {
    await this.passwords.close();
  },
});

/** Forgets sessions and guesses that have had their time. */
export const sweepSessions: ScheduledJob<IdentityService> = {
  everyMs: 3_600_000,
  run: ({ db }) => sweep(db.sql, new Date()),
};
