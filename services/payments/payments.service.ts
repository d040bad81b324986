import type { ServiceSchema } from "moleculer";
import { handle } from "../../lib/bus.ts";
import { Database } from "../../mixins/database.mixin.ts";
import { Invariants } from "../../mixins/invariants.mixin.ts";
import { Schedule } from "../../mixins/schedule.mixin.ts";
import { close } from "./actions/close.ts";
import { get } from "./actions/get.ts";
import { list } from "./actions/list.ts";
import { lookUp } from "./actions/lookUp.ts";
import { open } from "./actions/open.ts";
import { pay } from "./actions/pay.ts";
import { refund } from "./actions/refund.ts";
import { refundOrder } from "./actions/refundOrder.ts";
import { report } from "./actions/report.ts";
import { simulator } from "./actions/simulator.ts";
import { trialBalance } from "./actions/trialBalance.ts";
import { webhook } from "./actions/webhook.ts";
import * as contract from "./payments.contract.ts";
import { miscounted, unbalanced, unclaimed, unread } from "./store/invariants.store.ts";
import { paymentLoader } from "./store/payment.store.ts";
import { tables } from "./store/tables.ts";
import { jobs, AdaptersAndQueues } from "./jobs/queues.ts";

/** Takes money through providers, gives it back, and keeps a ledger of it that balances. */
const PaymentsService: ServiceSchema = {
  name: "payments",
  mixins: [
    Schedule(jobs),
    AdaptersAndQueues,
    Invariants({ unbalanced, miscounted, unclaimed, unread }),
    Database("payments", tables),
  ],
  resources: { payment: paymentLoader },
  actions: {
    open: handle(contract.OpenPayment, open),
    close: handle(contract.ClosePayment, close),
    lookUp: handle(contract.LookUpPayment, lookUp),
    refundOrder: handle(contract.RefundOrder, refundOrder),
    pay: handle(contract.Pay, pay),
    webhook: handle(contract.ReceiveWebhook, webhook),
    refund: handle(contract.RefundPayment, refund),
    list: handle(contract.ListPayments, list),
    report: handle(contract.ReportPayments, report),
    trialBalance: handle(contract.ShowTrialBalance, trialBalance),
    simulator: handle(contract.SetSimulator, simulator),
    get: handle(contract.GetPayment, get),
  },
};

export default PaymentsService;
