/**
 * What is so at every single moment, also amid work: whoever has recorded an effect in another
 * service finds it there, and nothing is there that nobody has asked for. In databases that were
 * written down one after another, under load, it is not so.
 */
import { Client } from "pg";
import { copyAll } from "../invariants/copies.ts";
import type { Finding } from "../invariants/check.ts";

interface Rule {
  readonly id: string;
  readonly says: string;
  /** Answers one row for each violation. */
  readonly query: string;
}

/** Asked of copies in a session on the database of orders: also ids that must never become an order. */
const RULES: readonly Rule[] = [
  {
    id: "M2",
    says: "what orders call paid, payments have captured",
    query: `select 1 from o_order d where status in ('settling', 'paid') and total > 0
      and not exists (select 1 from p_payment y where y.order_id = d.id and y.state = 'captured')`,
  },
  {
    id: "M3",
    says: "what orders wait for money for, inventory has held",
    query: `select 1 from o_order d join o_line l on l.order_id = d.id
      join s_stocked v on v.variant_id = l.variant_id and v.stocked
      where status in ('awaiting_payment', 'settling', 'paid') and not exists (
        select 1 from s_line r where r.order_id = d.id and r.line = l.line)`,
  },
  {
    id: "M4",
    says: "what inventory holds, somebody has ordered",
    query: `select 1 from s_reservation r where state in ('held', 'committed')
      and not exists (select 1 from "order" d where d.id = r.order_id)`,
  },
  {
    id: "M5",
    says: "what payments ask for or have captured, somebody has ordered",
    query: `select 1 from p_payment y where state <> 'closed'
      and not exists (select 1 from "order" d where d.id = y.order_id)`,
  },
  {
    id: "M6",
    says: "a coupon that is used belongs to an order that is paid",
    query: `select 1 from k_use u where state = 'used'
      and not exists (select 1 from o_order d where d.id = u.order_id and d.status = 'paid')`,
  },
];

/** Nobody has heard more than was told. */
const consumedOf = (consumer: string, producer: string) =>
  `select 1 from cursor_${consumer} c, head_${producer} h
   where c.producer = '${producer}' and c.position > h.head`;

export async function checkMoment(
  urlOf: (service: string) => string,
  services: readonly string[],
): Promise<Finding[]> {
  const feeds = services.flatMap((one) => services.map((other) => consumedOf(one, other)));
  const rules = [
    { id: "M1", says: "nobody has heard what was not told", query: feeds.join(" union all ") },
    ...RULES,
  ];
  const scratch = new Client({ connectionString: urlOf("orders") });
  await scratch.connect();
  try {
    await copyAll(scratch, urlOf);
    const findings: Finding[] = [];
    for (const { id, says, query } of rules) {
      const { rows } = await scratch.query<{ n: string }>(`select count(*) as n from (${query}) x`);
      findings.push({ id, says, count: Number(rows[0]?.n) });
    }
    return findings;
  } finally {
    await scratch.end();
  }
}
