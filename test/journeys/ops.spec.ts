/** The operations page, as an administrator uses it in a browser. */
import { type Browser, type BrowserContext, type Page } from "playwright-core";
import { v7 } from "uuid";
import { good } from "../../operations/client/shop.ts";
import { startBrowser } from "../support/browser.ts";
import { type Company, company } from "../support/company.ts";
import { eventually } from "../support/stage.ts";
import { aShopper, aStore, goods, type Person, staff } from "../support/trade.ts";

let shop: Company;
let browser: Browser;
let admin: Person;
/** What the browser complained about: a policy that was broken, a script that failed. */
let complaints: string[];

beforeAll(async () => {
  [shop, browser] = await Promise.all([company(), startBrowser()]);
  admin = await staff(shop, "admin");
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await shop?.leave();
});

async function open(options: Parameters<Browser["newContext"]>[0] = {}) {
  const context: BrowserContext = await browser.newContext(options);
  const page = await context.newPage();
  complaints = [];
  page.on("console", (output) => output.type() === "error" && complaints.push(output.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(`${shop.base}/ops`);
  return { page, [Symbol.asyncDispose]: () => context.close() };
}
async function signIn(page: Page, { email, password }: Person): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Mot de passe").fill(password);
  await page.getByRole("button", { name: "Se connecter" }).click();
}
const section = (page: Page, name: string) =>
  page.locator("section").filter({ has: page.getByRole("heading", { name }) });

/** An order that waits for its payment: its process is open. */
async function anOpenOrder(): Promise<string> {
  const store = await aStore(shop, { shipsWeb: true });
  const thing = await goods(shop, { stock: { [store.code]: 5 } });
  const { id: userId, token } = await aShopper(shop);
  const { productId } = thing;
  return eventually(async () => {
    const asked = { userId, productId, quantity: 1 };
    return good(await shop.http.post<{ orderId: string }>("/orders", asked, token)).body.orderId;
  });
}

/** An event that carts could not react to: of an order that it does not know, so nothing comes of it. */
async function putAside(position: number): Promise<void> {
  const data = {
    orderId: v7(),
    number: 1,
    customerId: v7(),
    currency: "EUR",
    totalMinor: 100,
    reason: "OUT_OF_STOCK",
  };
  const event = { id: v7(), name: "order.rejected", position, at: new Date().toISOString(), data };
  await shop
    .db("carts")
    .sql.run(
      "insert into dead_letter (producer, position, event, error, tries) values ('orders', $1, $2, $3, 8)",
      [position, JSON.stringify(event), "Error: <b>no</b> table\n    at react"],
    );
}

test("an administrator sees the system, opens a process, and replays what was put aside", async () => {
  await anOpenOrder();
  await putAside(900_001);
  await using visit = await open();
  const { page } = visit;
  await signIn(page, admin);

  await section(page, "Nœuds").getByText("répond", { exact: true }).waitFor();
  const services = section(page, "Services");
  for (const name of shop.domains)
    await services.getByRole("cell", { name, exact: true }).first().waitFor();
  await section(page, "Disjoncteurs").getByText("Tous sont fermés").waitFor();
  await section(page, "Flux d’événements")
    .getByRole("cell", { name: "inventory" })
    .first()
    .waitFor();

  await section(page, "Processus en cours")
    .getByRole("button", { name: /^Voir le processus checkout/ })
    .first()
    .click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("reserve → reserved").waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });

  const letters = section(page, "Événements mis de côté");
  // What an error says is text, whatever stands in it.
  await letters.getByText("Error: <b>no</b> table").first().waitFor();
  page.on("dialog", (asked) => void asked.accept());
  await letters.getByRole("button", { name: "Rejouer order.rejected pour carts" }).click();
  await letters.getByText("Aucun : tout ce qui a été dit a été entendu.").waitFor();
  const row = await shop
    .db("carts")
    .sql.row<{ done: boolean }>(
      "select replayed_at is not null as done from dead_letter where position = 900001",
    );
  expect(row?.done).toBe(true);
  expect(complaints).toEqual([]);
}, 60_000);

test("it looks again by itself, and leaves open what was opened and the focus where it was", async () => {
  await using visit = await open();
  const { page } = visit;
  await signIn(page, admin);
  const actions = section(page, "Services")
    .getByText(/^\d+ actions$/)
    .first();
  await actions.focus();
  await page.keyboard.press("Enter");
  const first = await page.locator("details[open]").getAttribute("data-key");
  await putAside(900_002);
  await section(page, "Événements mis de côté")
    .getByText("order.rejected")
    .waitFor({ timeout: 15_000 });
  expect(await page.locator("details[open]").getAttribute("data-key")).toBe(first);
  const focused = () => page.evaluate("document.activeElement.parentElement.dataset.key");
  expect(await focused()).toBe(first);
  expect(complaints).toEqual([]);
}, 60_000);

test("on a telephone nothing stands out over the edge", async () => {
  await using visit = await open({ viewport: { width: 360, height: 740 }, isMobile: true });
  const { page } = visit;
  await signIn(page, admin);
  await section(page, "Services").getByText("orders", { exact: true }).first().waitFor();
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
}, 60_000);

test.each(["light", "dark"] as const)(
  "in %s colours every text can be read",
  async (colorScheme) => {
    await using visit = await open({ colorScheme });
    const { page } = visit;
    await signIn(page, admin);
    await section(page, "Services").getByText("orders", { exact: true }).first().waitFor();
    expect(await page.evaluate(faintTexts)).toEqual([]);
  },
  60_000,
);

test("whoever is no administrator is told so, and sees nothing", async () => {
  await using visit = await open();
  const { page } = visit;
  await signIn(page, await staff(shop, "store_manager"));
  await page
    .getByRole("status")
    .getByText(/pas autorisé/)
    .waitFor();
  expect(await page.locator("#cluster").isVisible()).toBe(false);
  expect(await page.locator("#nodes").textContent()).toBe("");
}, 60_000);

test("signing out forgets what was shown", async () => {
  await using visit = await open();
  const { page } = visit;
  await signIn(page, admin);
  await page.getByRole("button", { name: "Se déconnecter" }).click();
  expect(await page.locator("#nodes").textContent()).toBe("");
  await page.getByRole("button", { name: "Se connecter" }).waitFor();
}, 60_000);

test("a wrong password is a sentence", async () => {
  await using visit = await open();
  const { page } = visit;
  await signIn(page, { ...admin, password: "wrong wrong wrong" });
  await eventually(async () => {
    expect(await page.getByRole("status").textContent()).toMatch(/mot de passe/i);
  });
}, 60_000);

/** Texts whose contrast is below 4.5 : 1 (WCAG 2.2, 1.4.3), as the browser computes their colours. */
const faintTexts = `(() => {
  const rgb = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((it) => it.nodeType === 3 && it.textContent.trim());
    if (!own || !element.checkVisibility()) continue;
    const [a, b] = [light(rgb(getComputedStyle(element).color)), light(ground(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) faint.push(element.textContent.trim().slice(0, 40) + " " + ratio.toFixed(1));
  }
  return faint;
})()`;
