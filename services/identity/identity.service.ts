import type { ServiceSchema } from "moleculer";
import { actionsIn } from "../../lib/folder.ts";
import { Database } from "../../mixins/database.mixin.ts";
import { Jobs } from "../../mixins/jobs.mixin.ts";
import * as contract from "./identity.contract.ts";
import { Passwords, sweepSessions } from "./jobs/sweep.ts";

/** Knows who people are, signs them in, and says what their roles let them do. */
const IdentityService: ServiceSchema = {
  name: "identity",
  mixins: [Jobs({ sweepSessions }), Passwords, Database("identity")],
  actions: await actionsIn(import.meta.dirname, contract),
};

export default IdentityService;
