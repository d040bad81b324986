import type { ServiceSchema } from "moleculer";
import { actionsIn } from "../../lib/folder.ts";
import { Database } from "../../mixins/database.mixin.ts";
import { Records } from "../../mixins/records.mixin.ts";
import { Schedule } from "../../mixins/schedule.mixin.ts";
import * as contract from "./identity.contract.ts";
import { listing, tables } from "./store/tables.ts";
import { jobs, Passwords } from "./jobs/sweep.ts";

/** Knows who people are, signs them in, and says what their roles let them do. */
const IdentityService: ServiceSchema = {
  name: "identity",
  mixins: [Schedule(jobs), Records(listing), Passwords, Database("identity", tables)],
  actions: await actionsIn(import.meta.dirname, contract),
};

export default IdentityService;
