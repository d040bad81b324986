import { config } from "../../../config.ts";
import type { ActionHandler } from "../../../lib/bus.ts";
import { toDecimal } from "../../../lib/money.ts";
import { visibleStores } from "../../../lib/scope.ts";
import type { ReportPayments } from "../payments.contract.ts";
import { report as reportRows } from "../store/ledger.store.ts";
import type { PaymentsService } from "../payments.types.ts";

export const report: ActionHandler<typeof ReportPayments, PaymentsService> = async (
  ctx,
  { db },
) => {
  const { from, to, group = "day" } = ctx.params;
  const stores = visibleStores(ctx.locals.caller);
  const { timeZone } = config;
  const rows = await reportRows(db.sql, { zone: timeZone, from, to, group, stores });
  return {
    timeZone,
    rows: rows.map((row) => {
      const netMinor = row.capturedMinor - row.refundedMinor;
      return { ...row, netMinor, net: toDecimal(netMinor, row.currency) };
    }),
  };
};
