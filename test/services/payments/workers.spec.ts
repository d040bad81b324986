/** Two nodes share the work, and each row is worked on once, however slow the provider is. */
import { ServiceBroker } from "moleculer";
import { v7 } from "uuid";
import { brokerOptions } from "../../../moleculer.config.ts";
import { ReceiveWebhook } from "../../../services/payments/payments.contract.ts";
import PaymentsService from "../../../services/payments/payments.service.ts";
import { sign } from "../../../services/payments/adapters/simulator/signature.ts";
import { INVARIANTS } from "../../../services/payments/invariants.ts";
import { LEASE_MS } from "../../../lib/job-queue.ts";
import type { PaymentsService as Payments } from "../../../services/payments/payments.types.ts";
import { eventually } from "../../support/stage.ts";
import { broken, scene, type Scene } from "./scene.ts";
import { watched } from "../../support/invariants.ts";

const unread = watched(INVARIANTS, "unread");

let harness: Scene;
let second: ServiceBroker;
/** What each node has asked the provider about. */
const asked = { first: [] as string[], second: [] as string[] };
beforeAll(async () => {
  harness = await scene();
  const { namespace } = harness.audience;
  second = new ServiceBroker(
    brokerOptions({ namespace, nodeID: "payments-2", transporter: "Fake" }),
  );
  const other = second.createService(PaymentsService) as Payments;
  await second.start();
  listen(harness.service(), asked.first);
  listen(other, asked.second);
});
afterAll(async () => {
  await second.stop();
  await harness.leave();
});
afterEach(() => harness.simulate({}));

function listen({ simulator }: Payments, to: string[]): void {
  const get = simulator.get.bind(simulator);
  simulator.get = (id) => {
    to.push(id);
    return get(id);
  };
}
const ofBoth = () => [...asked.first, ...asked.second];

/** The provider's object of a new payment that nobody will poll. */
async function anObject(): Promise<string> {
  const { order } = harness.anOrder(500);
  const { paymentId } = await harness.open(order);
  const [row] = await harness.rows<{ id: string }>(
    `update payment set due_at = now() + interval '1 hour' where id = $1
     returning provider_id as id`,
    [paymentId],
  );
  return row?.id ?? "";
}
function receive(objectId: string | undefined, type = "payment.succeeded") {
  const object = objectId === undefined ? {} : { id: objectId, metadata: {} };
  const body = JSON.stringify({ id: `evt_${v7()}`, type, object });
  return harness.call(ReceiveWebhook, {
    provider: "simulator",
    body,
    signature: sign(body, new Date()),
  });
}
const retained = (objectIds: readonly string[]) =>
  harness.rows<{ tries: number; processed_at: Date | null; ignored: string | null }>(
    "select tries, processed_at, ignored from psp_event where psp_id = any($1::text[])",
    [objectIds],
  );

test("of many events with a slow provider, each is worked on by one node, once", async () => {
  const objects: string[] = [];
  for (let n = 0; n < 40; n += 1) objects.push(await anObject());
  await harness.simulate({ slowMs: 400 });
  const began = performance.now();
  await Promise.all(objects.map((id) => receive(id)));
  await eventually(async () => {
    const events = await retained(objects);
    expect(events).toHaveLength(40);
    expect(events.filter(({ processed_at }) => processed_at === null)).toEqual([]);
  }, 30_000);
  // One after another they would have lasted 16 s.
  expect(performance.now() - began).toBeLessThan(12_000);
  expect((await retained(objects)).map(({ tries }) => tries)).toEqual(objects.map(() => 1));
  expect(ofBoth().toSorted()).toEqual(objects.toSorted());
  expect(asked.first.length).toBeGreaterThan(0);
  expect(asked.second.length).toBeGreaterThan(0);
}, 60_000);

test("an event whose provider takes longer than a lease is not taken by another node", async () => {
  const object = await anObject();
  await harness.simulate({ slowMs: LEASE_MS * 1.5 });
  await receive(object);
  await eventually(
    async () =>
      expect(await retained([object])).toMatchObject([{ processed_at: expect.any(Date) }]),
    LEASE_MS * 3,
  );
  expect(await retained([object])).toMatchObject([{ tries: 1 }]);
  expect(ofBoth().filter((id) => id === object)).toHaveLength(1);
}, 60_000);

test("what a node had taken when it died is taken by another once the lease has ended", async () => {
  const object = await anObject();
  const body = JSON.stringify({ object: { id: object } });
  await harness.sql().run(
    `insert into psp_event (psp, event_id, type, psp_id, payload, leased_until)
     values ('simulator', $1, 'payment.succeeded', $2, $3, now() + interval '1 hour')`,
    [`evt_${v7()}`, object, body],
  );
  // What comes later is done, so this one was passed over.
  const later = await anObject();
  await receive(later);
  await eventually(async () =>
    expect(await retained([later])).toMatchObject([{ processed_at: expect.any(Date) }]),
  );
  expect(await retained([object])).toMatchObject([{ tries: 0, processed_at: null }]);

  await harness.sql().run("update psp_event set leased_until = now() where psp_id = $1", [object]);
  await eventually(async () =>
    expect(await retained([object])).toMatchObject([{ tries: 1, processed_at: expect.any(Date) }]),
  );
});

test("a payment without news is free for its next look at once", async () => {
  const object = await anObject();
  await harness.sql().run("update payment set due_at = now() where provider_id = $1", [object]);
  await eventually(async () =>
    expect(
      await harness.rows("select polls, leased_until from payment where provider_id = $1", [
        object,
      ]),
    ).toEqual([{ polls: 1, leased_until: null }]),
  );
});

describe("an event that nothing can follow from is kept, with the reason, and not looked at again", () => {
  test.each([
    ["of an unknown kind", "customer.updated", "cus_1", "unknown kind"],
    ["of an unknown kind about a payment of ours", "payment.beautified", undefined, "unknown kind"],
    ["without an object", "payment.succeeded", "", "names no object"],
  ])("%s", async (_, type, id, ignored) => {
    const object = id ?? (await anObject());
    const before = ofBoth().length;
    await receive(id === "" ? undefined : object, type);
    await eventually(async () =>
      expect(
        await harness.rows(
          `select ignored, tries, processed_at is not null as done from psp_event
           where type = $1 and psp_id is not distinct from $2`,
          [type, id === "" ? null : object],
        ),
      ).toEqual([{ ignored, tries: 1, done: true }]),
    );
    expect(ofBoth()).toHaveLength(before);
  });

  test("about a payment that has not come to us in three days", async () => {
    const object = `pi_${v7()}`;
    await receive(object);
    await eventually(async () => expect(await retained([object])).toMatchObject([{ tries: 1 }]));
    const age = (days: number) =>
      harness.sql().run(
        `update psp_event set due_at = now(), received_at = now() - $2 * interval '1 day'
           where psp_id = $1`,
        [object, days],
      );
    await age(2.9);
    await eventually(async () =>
      expect(await retained([object])).toMatchObject([{ tries: 2, processed_at: null }]),
    );
    expect(await unread(harness.sql())).toBe(1);
    await age(3.1);
    await eventually(async () =>
      expect(await retained([object])).toMatchObject([{ tries: 3, ignored: "no payment of ours" }]),
    );
    expect(await unread(harness.sql())).toBe(0);
  });
});

test("the ledger, the payments and the provider agree", async () => {
  await eventually(async () => {
    await harness.hurry();
    expect(await broken(harness)).toEqual([]);
  });
});
