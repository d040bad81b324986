/** The live page: which services work, and what happens, for whoever is signed in. */
const MAX_SHOWN = 200;
const byId = (id) => document.getElementById(id);
const say = (text) => (byId("status").textContent = text);

const services = await fetch("/assets/services.json").then((response) => response.json());

async function look() {
  const states = await Promise.all(
    services.map(async (name) => {
      const answer = await fetch(`/${name}/health`).then(
        (response) => response.json(),
        () => ({}),
      );
      return { name, state: answer.status ?? "unhealthy" };
    }),
  );
  byId("services").replaceChildren(
    ...states.map(({ name, state }) => {
      const tile = document.createElement("li");
      tile.textContent = name;
      tile.dataset.state = state;
      tile.title = state;
      return tile;
    }),
  );
}

function show({ name, data, at }) {
  const line = document.createElement("li");
  const time = document.createElement("time");
  time.textContent = new Date(at).toLocaleTimeString("fr-FR");
  const title = document.createElement("strong");
  title.textContent = name;
  const detail = document.createElement("code");
  detail.textContent = JSON.stringify(data);
  line.append(time, title, detail);
  byId("events").prepend(line);
  while (byId("events").childElementCount > MAX_SHOWN) byId("events").lastElementChild.remove();
}

let socket;
let session;

async function signIn(email, password) {
  const response = await fetch("/auth/login", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail);
  return answer;
}

/** The access token lasts ten minutes; a fresh one is taken each time the connection is made anew. */
async function freshToken() {
  const response = await fetch("/auth/refresh", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ refreshToken: session.refreshToken }),
  });
  if (!response.ok) throw new Error("refresh");
  session = { ...session, ...(await response.json()) };
  return session.accessToken;
}

function connect() {
  let first = true;
  socket = window.io({
    transports: ["websocket"],
    auth: (give) => {
      const token = first ? Promise.resolve(session.accessToken) : freshToken();
      first = false;
      token.then(
        (it) => give({ token: it }),
        () => signOut("Session terminée. Reconnectez-vous."),
      );
    },
  });
  socket.on("welcome", ({ rooms }) => say(`Connecté. Salles : ${rooms.join(", ")}`));
  socket.on("event", show);
  socket.on("connect_error", (error) => say(`Pas de connexion en direct (${error.message}).`));
  socket.on("disconnect", (reason) => {
    say("Connexion perdue, nouvelle tentative…");
    if (reason === "io server disconnect" && session) setTimeout(() => socket.connect(), 1000);
  });
}

function signOut(text) {
  session = undefined;
  socket?.disconnect();
  byId("sign-in").hidden = false;
  byId("watch").hidden = true;
  say(text);
}

async function enter(form) {
  const given = new FormData(form);
  try {
    session = await signIn(given.get("email"), given.get("password"));
    form.reset();
    byId("sign-in").hidden = true;
    byId("watch").hidden = false;
    connect();
  } catch (error) {
    say(error.message);
  }
}

byId("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  void enter(event.target);
});

byId("watch").addEventListener("submit", (event) => {
  event.preventDefault();
  const room = event.target.elements.room.value;
  socket.emit("join", room, ({ ok }) =>
    say(ok ? `Vous suivez ${room}.` : `${room} : accès refusé.`),
  );
});

byId("sign-out").addEventListener("click", () => signOut("Déconnecté."));

await look();
setInterval(() => void look(), 10_000);
