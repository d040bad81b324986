import type { ServiceSchema } from "moleculer";
import { actionsIn } from "../../lib/folder.ts";
import { Database } from "../../mixins/database.mixin.ts";
import { Adapters } from "./adapters/adapters.ts";
import { PaymentJobs } from "./jobs/jobs.ts";
import * as contract from "./payments.contract.ts";
import { INVARIANTS } from "./invariants.ts";
import { paymentLoader } from "./store/payment.store.ts";

/** Takes money through providers, gives it back, and keeps a ledger of it that balances. */
const PaymentsService: ServiceSchema = {
  name: "payments",
  mixins: [PaymentJobs, Adapters, Database("payments")],
  resources: { payment: paymentLoader },
  invariants: INVARIANTS,
  actions: await actionsIn(import.meta.dirname, contract),
};

export default PaymentsService;
