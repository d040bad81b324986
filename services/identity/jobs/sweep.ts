import type { ServiceSchema } from "moleculer";
import { config } from "../../../config.ts";
import { mixin } from "../../../lib/bus.ts";
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

const HOUR_MS = 3_600_000;

export const jobs = {
  sweep: {
    everyMs: HOUR_MS,
    run: ({ db }: IdentityService) => sweep(db.sql, new Date()),
  },
};
