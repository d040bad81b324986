/** A kind of service that the gateway's code does not know joins a running cluster, over a real NATS. */
import type { AddressInfo, Server } from "node:net";
import { ServiceBroker, type ServiceSchema } from "moleculer";
import { v7 } from "uuid";
import { handle } from "../../lib/bus.ts";
import { command, query } from "../../lib/contract.ts";
import { natsBus } from "../../lib/nats/configured.ts";
import { id, integer, object, optional, text } from "../../lib/shape.ts";
import { brokerOptions } from "../../moleculer.config.ts";
import { ApiClient } from "../../operations/client/api-client.ts";
import { startNats, type Server as Nats } from "../../runtime/servers/servers.ts";
import Gateway from "../../services/gateway/gateway.service.ts";
import { aToken } from "../support/tokens.ts";
import { eventually } from "../support/stage.ts";

const Wish = object({ productId: id(), by: text(), quantity: integer() });
const AddWish = command("wishes.add", {
  summary: "Wish for a product.",
  rest: "PUT /wishes/:productId",
  allow: "authenticated",
  access: "own",
  params: { productId: id(), quantity: integer({ min: 1, max: 9 }) },
  returns: Wish,
  status: 201,
});
const CountWishes = query("wishes.count", {
  summary: "Tell how many there are of a size.",
  rest: "GET /wishes",
  allow: "public",
  params: { size: optional(integer({ min: 1, max: 3 })) },
  returns: object({ size: integer() }),
});
const ClearWishes = command("wishes.clear", {
  summary: "Forget all, for operators.",
  rest: "DELETE /wishes",
  allow: "system.read",
  access: "any",
  params: {},
  returns: object({ size: integer() }),
});
/** It asks for the address of a service that the gateway knows. */
const TakeOver = query("wishes.takeOver", {
  summary: "Answer for another.",
  rest: "GET /products/:handle",
  allow: "public",
  params: { handle: text() },
  returns: object({ size: integer() }),
});
const Inside = query("wishes.inside", {
  summary: "Answer services.",
  allow: "internal",
  params: {},
  returns: object({ size: integer() }),
});
const none = async () => ({ size: 0 });
const wishes: ServiceSchema = {
  name: "wishes",
  actions: {
    add: handle(AddWish, async ({ params, locals }) => ({ ...params, by: locals.caller.id })),
    count: handle(CountWishes, async ({ params }) => ({ size: params.size ?? 0 })),
    clear: handle(ClearWishes, none),
    takeOver: handle(TakeOver, none),
    inside: handle(Inside, none),
  },
};

let nats: Nats;
let http: ApiClient;
const brokers: ServiceBroker[] = [];
async function join(nodeID: string, schema: ServiceSchema): Promise<ServiceBroker> {
  const transporter = natsBus(nats.url);
  const broker = new ServiceBroker(
    brokerOptions({ namespace: "discovery", nodeID, transporter, cacher: false }),
  );
  broker.createService(schema);
  await broker.start();
  brokers.push(broker);
  return broker;
}

beforeAll(async () => {
  nats = await startNats();
  const gateway = await join("gateway", Gateway);
  const { server } = gateway.getLocalService("gateway") as unknown as { server: Server };
  http = new ApiClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}, 60_000);
afterAll(async () => {
  http.close();
  await Promise.all(brokers.map((broker) => broker.stop()));
  await nats.stop();
});

test("its routes appear without a restart, are checked where they run, and go with its node", async () => {
  expect(await http.ask("GET", "/wishes")).toMatchObject({ status: 404 });
  const node = await join("wishes", wishes);
  await eventually(
    async () => expect(await http.ask("GET", "/wishes?size=2")).toMatchObject({ status: 200 }),
    30_000,
  );

  // Text of the address becomes what its parameters are; what they are not is refused.
  const counted = await http.ask("GET", "/api/wishes?size=3");
  expect(counted).toMatchObject({ status: 200, body: { size: 3 } });
  for (const size of ["4", "many"])
    expect(await http.ask("GET", `/wishes?size=${size}`)).toMatchObject({
      status: 400,
      body: { code: "INVALID_INPUT", errors: [{ field: "size" }] },
    });

  // Who may is judged by the node that runs it.
  const [address, userId] = [`/wishes/${v7()}`, v7()];
  const body = { quantity: 2 };
  expect(await http.ask("PUT", address, { body })).toMatchObject({ status: 401 });
  const token = aToken({ roles: ["user"], id: userId });
  const added = await http.ask("PUT", address, { body, token });
  expect(added).toMatchObject({ status: 201, body: { by: userId, quantity: 2 } });
  expect(await http.ask("DELETE", "/wishes", { token })).toMatchObject({ status: 403 });
  const admin = aToken({ roles: ["admin"] });
  expect(await http.ask("DELETE", "/wishes", { token: admin })).toMatchObject({ status: 200 });
  expect(await http.ask("POST", "/wishes", { token })).toMatchObject({ status: 405 });

  // It takes over no address that the gateway's own contracts declare.
  const product = await http.ask("GET", "/products/tea");
  expect(product.body).not.toMatchObject({ size: 0 });

  await node.stop();
  await eventually(
    async () => expect(await http.ask("GET", "/wishes")).toMatchObject({ status: 404 }),
    30_000,
  );
});
