/** The operations page: asks the cluster every few seconds, for whoever may see it. */
import * as cluster from "./ops-cluster.js";
import * as work from "./ops-work.js";

const EVERY_MS = 5_000;
/** What is refused is said in the page's language, not the browser's. */
const LANGUAGE = document.documentElement.lang;
const byId = (id) => document.getElementById(id);
const say = (text) => {
  if (byId("status").textContent !== text) byId("status").textContent = text;
};

let session;
let timer;
/** What each part showed last, so that only what has changed is drawn again. */
const drawn = new Map();

async function post(path, body, token) {
  const response = await fetch(path, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "accept-language": LANGUAGE,
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error(answer.detail), { status: response.status });
  return answer;
}

/** The access token lasts ten minutes; only one fresh one is asked for, however many want it. */
let refreshing;
function refresh() {
  refreshing ??= post("/auth/refresh", { refreshToken: session.refreshToken })
    .then((fresh) => Object.assign(session, fresh))
    .finally(() => (refreshing = undefined));
  return refreshing;
}

async function get(path, again = true) {
  const headers = {
    authorization: `Bearer ${session.accessToken}`,
    "accept-language": LANGUAGE,
  };
  const response = await fetch(path, { headers });
  if (response.status === 401 && again) {
    await refresh();
    return get(path, false);
  }
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error(answer.detail), { status: response.status });
  return answer;
}
const items = async (path) => (await get(path)).items;

/** Draws `content` into an element if `data` differs from last time; focus and open details stay. */
function draw(id, data, content) {
  const json = JSON.stringify(data);
  if (drawn.get(id) === json) return;
  drawn.set(id, json);
  const target = byId(id);
  const focused = target.contains(document.activeElement)
    ? (document.activeElement.closest("[data-key]")?.dataset.key ?? "")
    : undefined;
  const open = new Set([...target.querySelectorAll("details[open]")].map((it) => it.dataset.key));
  target.replaceChildren(...[content(data)].flat());
  for (const details of target.querySelectorAll("details"))
    details.open = open.has(details.dataset.key);
  if (focused === undefined) return;
  const again = [...target.querySelectorAll("[data-key]")].find((it) => it.dataset.key === focused);
  (again?.querySelector("summary") ?? again)?.focus();
}

async function look() {
  const [nodes, services, breakers, sagas, feeds, jobs, put, imports] = await Promise.all([
    items("/admin/nodes"),
    items("/admin/services"),
    items("/admin/breakers"),
    items("/admin/sagas"),
    items("/admin/feeds"),
    items("/admin/jobs"),
    get("/admin/dead-letters"),
    items("/imports?limit=10").catch(() => []),
  ]);
  const letters = put.items;
  const owners = services.filter(({ name, actions }) => actions.includes(`${name}.saga`));
  const open = await Promise.all(
    owners.map(async ({ name }) =>
      (await items(`/sagas/${name}?open=true&limit=20`).catch(() => [])).map((saga) => ({
        ...saga,
        service: name,
      })),
    ),
  );
  draw("summary", { nodes, services, breakers, sagas, feeds, letters }, cluster.summaryTiles);
  draw("nodes", nodes, cluster.nodesTable);
  draw("services", services, cluster.servicesTable);
  draw("breakers", breakers, cluster.breakersTable);
  draw("sagas", sagas, work.sagasTable);
  draw("open-sagas", open.flat(), (all) => work.openSagasTable(all, showSaga));
  draw("feeds", feeds, work.feedsTable);
  draw("jobs", jobs, work.jobsTable);
  draw("letters", letters, (all) => work.lettersTable(all, replay));
  draw("imports", imports, work.importsTable);
  const time = new Date().toLocaleTimeString("fr-FR");
  const missing = put.missing.length > 0 ? ` Sans réponse de : ${put.missing.join(", ")}.` : "";
  byId("status").ariaLive = missing ? "polite" : "off";
  say(`Vu à ${time}.${missing}`);
}

async function lookAgain() {
  clearTimeout(timer);
  if (!session) return;
  try {
    if (!document.hidden) await look();
  } catch (error) {
    byId("status").ariaLive = "polite";
    if (error.status === 403 || error.status === 401) return signOut(error.message);
    say(`Pas de réponse : ${error.message} Nouvel essai dans ${EVERY_MS / 1000} s.`);
  }
  if (session) timer = setTimeout(() => void lookAgain(), EVERY_MS);
}

async function showSaga({ service, id }) {
  try {
    const { saga, state, timeline } = await get(`/sagas/${service}/${id}`);
    byId("saga-title").textContent = `${saga.kind} ${saga.id}`;
    byId("saga-state").textContent = saga.endedAt
      ? `Terminé le ${new Date(saga.endedAt).toLocaleString("fr-FR")}.`
      : `À l’étape ${saga.step}, essai ${saga.attempt}. ${saga.lastError ?? ""}`;
    byId("saga-steps").replaceChildren(...work.sagaSteps(timeline));
    byId("saga-data").textContent = JSON.stringify(state, undefined, 2);
    byId("saga").showModal();
  } catch (error) {
    say(error.message);
  }
}

async function replay({ id, name, consumer }, button) {
  if (!window.confirm(`Rejouer ${name} pour ${consumer} ? Ce qui s’est passé depuis reste fait.`))
    return;
  button.disabled = true;
  byId("status").ariaLive = "polite";
  try {
    await refresh();
    await post(`/admin/dead-letters/${id}/replay`, {}, session.accessToken);
    await lookAgain();
    byId("status").ariaLive = "polite";
    say(`${name} a été rejoué.`);
  } catch (error) {
    say(`${name} n’a pas pu être rejoué : ${error.message}`);
    button.disabled = false;
  }
}

async function enter(form) {
  const given = new FormData(form);
  try {
    session = await post("/auth/login", {
      email: given.get("email"),
      password: given.get("password"),
    });
    form.reset();
    await look();
    form.hidden = true;
    byId("cluster").hidden = false;
    byId("sign-out").hidden = false;
    timer = setTimeout(() => void lookAgain(), EVERY_MS);
  } catch (error) {
    signOut(error.message);
  }
}

function signOut(text) {
  session = undefined;
  clearTimeout(timer);
  drawn.clear();
  for (const part of byId("cluster").querySelectorAll("[id]:not(h2)")) part.replaceChildren();
  byId("saga").close();
  byId("sign-in").hidden = false;
  byId("cluster").hidden = true;
  byId("sign-out").hidden = true;
  byId("status").ariaLive = "polite";
  say(text);
}

byId("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  void enter(event.target);
});
byId("sign-out").addEventListener("click", () => signOut("Déconnecté."));
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) void lookAgain();
});
