import { config } from "../../../config.ts";
import type { ActionHandler } from "../../../lib/bus.ts";
import { toDecimal } from "../../../lib/money.ts";
import { visibleStores } from "../../../lib/scope.ts";
import type { ShowTrialBalance } from "../payments.contract.ts";
import { balances } from "../store/ledger.store.ts";
import type { PaymentsService } from "../payments.types.ts";

export const trialBalance: ActionHandler<typeof ShowTrialBalance, PaymentsService> = async (
  ctx,
  { db },
) => {
  const rows = await balances(db.sql, config.timeZone, visibleStores(ctx.locals.caller));
  const accounts = rows.map((row) => {
    const balanceMinor = row.debitMinor - row.creditMinor;
    return { ...row, balanceMinor, balance: toDecimal(balanceMinor, row.currency) };
  });
  const perCurrency = Map.groupBy(accounts, ({ currency }) => currency);
  const balanced = [...perCurrency.values()].every(
    (all) => all.reduce((sum, { balanceMinor }) => sum + balanceMinor, 0) === 0,
  );
  return { balanced, accounts };
};
