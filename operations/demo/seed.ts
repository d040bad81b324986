/**
 * Loads the demo company, or with DEMO=0 only an administrator. Each thing is put by its natural
 * key, so a start that was killed halfway goes on where it was, and doing it twice changes nothing.
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Bar, SingleBar } from "cli-progress";
import type { ServiceBroker } from "moleculer";
import { config } from "../../config.ts";
import { call } from "../../lib/bus.ts";
import { PutCategories, PutProduct } from "../../services/catalog/catalog.contract.ts";
import { PutUser } from "../../services/identity/identity.contract.ts";
import { PutStores } from "../../services/inventory/inventory.contract.ts";
import { PutCoupon } from "../../services/pricing/pricing.contract.ts";
import type { Password } from "../../runtime/node/banner.ts";
import { DEMO, type DemoUser } from "./company.ts";

interface Options {
  /** A file that is written when all is there; nothing is done when it exists. */
  readonly marker: string;
  readonly say: (line: string) => void;
}

export async function seed(broker: ServiceBroker, { marker, say }: Options): Promise<Password[]> {
  if (existsSync(marker)) return [];
  if (!config.demo) {
    const people = DEMO.users.filter(({ role }) => role === "admin");
    return finish(marker, await putPeople(broker, people, new Map()));
  }
  const work = DEMO.products.length + DEMO.users.length + DEMO.coupons.length + 2;
  const bar = process.stdout.isTTY
    ? new SingleBar({ format: "  Demo company {bar} {percentage} %" })
    : undefined;
  if (bar) bar.start(work, 0);
  else say("Loading the demo company …");
  const passwords = await company(broker, bar);
  bar?.stop();
  return finish(marker, passwords);
}

async function company(broker: ServiceBroker, bar: Pick<Bar, "increment"> | undefined) {
  const stores = await putStores(broker);
  await call(broker, PutCategories, { categories: [...DEMO.categories] });
  bar?.increment(2);
  // Passwords are hashed on a thread of their own while goods are put.
  const [passwords] = await Promise.all([
    putPeople(broker, DEMO.users, stores),
    putGoods(broker, bar),
  ]);
  bar?.increment(DEMO.users.length);
  return passwords;
}

async function putGoods(broker: ServiceBroker, bar: Pick<Bar, "increment"> | undefined) {
  for (const product of DEMO.products) {
    await call(broker, PutProduct, product);
    bar?.increment(1);
  }
  for (const coupon of DEMO.coupons) {
    await call(broker, PutCoupon, coupon);
    bar?.increment(1);
  }
}

async function putStores(broker: ServiceBroker): Promise<Map<string, string>> {
  const { stores } = await call(broker, PutStores, {
    stores: DEMO.stores.map(({ zone, ...store }) => ({
      ...store,
      timeZone: zone,
      shipsWeb: store.kind === "warehouse",
    })),
  });
  return new Map(stores.map(({ code, storeId }) => [code, storeId]));
}

async function putPeople(
  broker: ServiceBroker,
  people: readonly DemoUser[],
  stores: Map<string, string>,
): Promise<Password[]> {
  const passwords: Password[] = [];
  // One after another: hashing is work for a core, and has its own limit.
  for (const person of people) passwords.push(await putPerson(broker, person, stores));
  return passwords;
}

async function putPerson(
  broker: ServiceBroker,
  { role, username, firstName, lastName, ...person }: DemoUser,
  stores: Map<string, string>,
): Promise<Password> {
  const admin = role === "admin";
  const email = admin ? config.admin.email : person.email;
  const password = (admin ? config.admin.password : undefined) ?? saved(email) ?? newPassword();
  const placed = (person.stores ?? []).flatMap((code) => stores.get(code) ?? []);
  const { language } = config;
  const put = {
    username,
    email,
    password,
    roles: [role],
    stores: placed,
    language,
    firstName,
    lastName,
  };
  await call(broker, PutUser, put, { timeout: 30_000 });
  return { role, email, password };
}

const passwordsFile = () => path.join(config.dataDir, "passwords.json");

function saved(email: string): string | undefined {
  if (!existsSync(passwordsFile())) return undefined;
  const all = JSON.parse(readFileSync(passwordsFile(), "utf8")) as Record<string, string>;
  return all[email];
}

const newPassword = () => randomBytes(12).toString("base64url");

/** Saves the passwords for later, and for `npm run import`: readable by the owner only. */
function finish(marker: string, passwords: Password[]): Password[] {
  mkdirSync(path.dirname(marker), { recursive: true });
  const all = Object.fromEntries(passwords.map(({ email, password }) => [email, password]));
  writeFileSync(passwordsFile(), `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600 });
  writeFileSync(marker, new Date().toISOString());
  return passwords;
}
