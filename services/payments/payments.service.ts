import type { ServiceSchema } from "moleculer";
import { actionsIn } from "../../lib/folder.ts";
import { Database } from "../../mixins/database.mixin.ts";
import { Invariants } from "../../mixins/invariants.mixin.ts";
import { Adapters } from "./adapters/adapters.ts";
import { PaymentJobs } from "./jobs/jobs.ts";
import * as contract from "./payments.contract.ts";
import { miscounted, unbalanced, unclaimed, unread } from "./store/invariants.store.ts";
import { paymentLoader } from "./store/payment.store.ts";
import { tables } from "./store/tables.ts";

/** Takes money through providers, gives it back, and keeps a ledger of it that balances. */
const PaymentsService: ServiceSchema = {
  name: "payments",
  mixins: [
    PaymentJobs,
    Adapters,
    Invariants({ unbalanced, miscounted, unclaimed, unread }),
    Database("payments", tables),
  ],
  resources: { payment: paymentLoader },
  actions: await actionsIn(import.meta.dirname, contract),
};

export default PaymentsService;
