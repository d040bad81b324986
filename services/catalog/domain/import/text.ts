/** Plain texts and the sanitised HTML of descriptions. */
import sanitize from "sanitize-html";

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
};

/**
 * One line of plain text out of a cell that should have been one: tags out, entities read, line
 * breaks to spaces. Repeated until nothing changes, so that reading the result again is harmless.
 */
export function plain(text: string): string {
  let before = text.replace(/[\r\n\t]+/g, " ").trim();
  for (;;) {
    const untagged = before.replace(/<!--[^<>]*-->|<[/!]?[a-z][^<>]*>/gi, " ");
    const after = untagged.replace(ENTITY, entity).replace(/ {2,}/g, " ").trim();
    if (after === before) return after;
    before = after;
  }
}
const ENTITY = /&(?:([a-z]{2,4})|#(\d{1,7})|#x([0-9a-f]{1,6}));/gi;

function entity(whole: string, name?: string, decimal?: string, hex?: string): string {
  if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
  const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
  const isText = code >= 0x20 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return isText ? String.fromCodePoint(code) : whole;
}

const TAGS = (
  "p br hr div h1 h2 h3 h4 h5 h6 ul ol li dl dt dd strong b em i u s small sub sup blockquote " +
  "pre code a table caption thead tbody tfoot tr th td"
).split(" ");
/** Tags whose loss loses no words, only their look. Of all others the report tells as content. */
const WRAPPERS = new Set(
  (
    "span font center section article header footer main aside nav html body head meta style " +
    "big strike address colgroup col o:p label wbr del ins tt abbr mark figure figcaption"
  ).split(" "),
);
const SAFE_LINK = /^https?:\/\/[^\s]+$/i;
const MAX_DEPTH = 50;

interface Sanitised {
  html: string;
  /** What was taken out that a reader would miss: pictures, videos, scripts, links. */
  content: string[];
  /** What was taken out that was only formatting. */
  style: string[];
}

/** Keeps an allow-list of plain tags and links to http and https. Doing it twice changes nothing. */
export function sanitiseHtml(dirty: string): Sanitised {
  const content = new Set<string>();
  const style = new Set<string>();
  let html = dirty.trim();
  if (!/[<>&"\u00a0]/.test(html)) return { html, content: [], style: [] };
  const note = (name: string, attributes: Readonly<Record<string, string>>) => {
    if (!TAGS.includes(name)) (WRAPPERS.has(name) ? style : content).add(`<${name}>`);
    for (const [attribute, value] of Object.entries(attributes)) {
      if (name === "a" && attribute === "href") {
        if (!SAFE_LINK.test(value)) content.add(`href=${value}`);
      } else if (attribute.startsWith("on")) content.add(attribute);
      else if (TAGS.includes(name)) style.add(attribute);
    }
  };
  const before = html;
  html = sanitize(html, { ...RULES, onOpenTag: note }).trim();
  // What was taken apart may fit together anew; what is kept must not change when read again.
  for (let round = 0; html !== before && round < 5; round++) {
    const again = sanitize(html, RULES).trim();
    if (again === html) break;
    html = again;
  }
  return { html, content: [...content], style: [...style] };
}

const RULES: sanitize.IOptions = {
  allowedTags: TAGS,
  allowedAttributes: { a: ["href"] },
  allowedSchemes: ["http", "https"],
  allowProtocolRelative: false,
  nestingLimit: MAX_DEPTH,
  transformTags: {
    a: (tagName, { href }) => ({
      tagName,
      attribs: href !== undefined && SAFE_LINK.test(href) ? { href } : {},
    }),
  },
};
