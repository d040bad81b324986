/**
 * A node of its own that runs the catalogue, for tests that kill it or limit its memory. It sends
 * itself the file that it is given, if any, and ends when no import is left.
 */
import { createReadStream } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { ServiceBroker } from "moleculer";
import { v7 } from "uuid";
import { brokerOptions } from "../../../moleculer.config.ts";
import catalog from "../../../services/catalog/catalog.service.ts";
import type { CatalogService } from "../../../services/catalog/catalog.types.ts";

const [file] = process.argv.slice(2);
const broker = new ServiceBroker(brokerOptions({ nodeID: v7(), namespace: v7() }));
broker.createService(catalog);
await broker.start();
const { db, imports } = broker.getLocalService("catalog") as unknown as CatalogService;
if (file !== undefined)
  await imports.receive(createReadStream(file), {
    kind: "shopify",
    source: "kill.csv",
    actor: undefined,
  });
while (await db.sql.row("select 1 as one from import_job where state in ('waiting', 'running')"))
  await sleep(20);
await broker.stop();
