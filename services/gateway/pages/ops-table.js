/** Tables and how values are written on the operations page. */

/** Builds an element; texts are only ever set as text. */
export function make(name, properties = {}, ...children) {
  const { data, attributes, ...own } = properties;
  const element = Object.assign(document.createElement(name), own);
  Object.assign(element.dataset, data);
  for (const [key, value] of Object.entries(attributes ?? {})) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** `columns`: title, and of a row the text or element, a tone, whether it is a number. */
export function table(caption, columns, rows, nothing) {
  if (rows.length === 0) return make("p", { className: "nothing" }, nothing);
  const head = columns.map(({ title, number }) =>
    make("th", { scope: "col", className: number ? "number" : "" }, title),
  );
  const lines = rows.map((row) =>
    make(
      "tr",
      {},
      ...columns.map(({ title, of, tone, number }) =>
        make(
          "td",
          {
            className: number ? "number" : "",
            data: { label: title, ...(tone?.(row) && { tone: tone(row) }) },
          },
          of(row),
        ),
      ),
    ),
  );
  return make(
    "table",
    {},
    ...(caption ? [make("caption", {}, caption)] : []),
    make("thead", {}, make("tr", {}, ...head)),
    make("tbody", {}, ...lines),
  );
}

export const count = new Intl.NumberFormat("fr-FR");
export const text = (value) =>
  typeof value === "number" ? count.format(value) : String(value ?? "");
export const when = (at) => (at ? new Date(at).toLocaleString("fr-FR") : "");
export const toneOf = (value, { warn = Infinity, bad = Infinity }) =>
  value >= bad ? "bad" : value >= warn ? "warn" : undefined;

export function span(seconds) {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} j`;
}
