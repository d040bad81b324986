import * as fc from "fast-check";
import { plain, sanitiseHtml } from "../../../../../services/catalog/domain/import/text.ts";

test.each([
  ["<p>Hello <b>you</b></p>", "<p>Hello <b>you</b></p>"],
  ["no tags at all", "no tags at all"],
  ["a & b < c", "a &amp; b &lt; c"],
  ['<p style="color:red" class="x" onclick="steal()">a</p>', "<p>a</p>"],
  ["<script>alert(1)</script>a", "a"],
  ["<style>p{}</style>a", "a"],
  ['<iframe src="https://e.com"></iframe>a', "a"],
  ["<scr<script>ipt>alert(1)</scr</script>ipt>", "ipt&gt;alert(1)ipt&gt;"],
  ['<a href="https://e.com/?a=1&amp;b=2">x</a>', '<a href="https://e.com/?a=1&amp;b=2">x</a>'],
  ['<a href="javascript:alert(1)">x</a>', "<a>x</a>"],
  ['<a href="JaVaScRiPt:alert(1)">x</a>', "<a>x</a>"],
  ['<a href="java&#10;script:alert(1)">x</a>', "<a>x</a>"],
  ['<a href="//e.com">x</a>', "<a>x</a>"],
  ['<a href="/products/y">x</a>', "<a>x</a>"],
  ['<a href="mailto:a@e.com">x</a>', "<a>x</a>"],
  ['<a href="data:text/html,x">x</a>', "<a>x</a>"],
  ['<img src="x" onerror="alert(1)">a', "a"],
  ["<svg><p>a</p></svg>", "<p>a</p>"],
  ["<span>a</span>", "a"],
])("%j becomes %j", (dirty, clean) => {
  expect(sanitiseHtml(dirty).html).toBe(clean);
});

test("what was taken out is told, words and pictures apart from formatting", () => {
  const { content, style } = sanitiseHtml(
    '<p class="x" onclick="y"><span>a</span><img src="z"><a href="/b" target="_blank">c</a></p>',
  );
  expect(content).toEqual(["onclick", "<img>", "href=/b"]);
  expect(style).toEqual(["class", "<span>", "target"]);
  expect(sanitiseHtml("<p>a</p>")).toEqual({ html: "<p>a</p>", content: [], style: [] });
});

const MARKUP = fc.array(
  fc.constantFrom(
    "<",
    ">",
    "</",
    "<p>",
    "</p>",
    "<b",
    "<a href=",
    "'",
    '"',
    "javascript:",
    "https://e.com",
    "<script>",
    "</script>",
    "<!--",
    "-->",
    "&lt;",
    "&amp;",
    "&#60;",
    "&nbsp;",
    "x",
    " ",
    "\n",
    "<table>",
    "<li>",
    "<svg>",
    "<style>",
    "<textarea>",
    "<iframe ",
    " onload=",
    "/",
    "<![CDATA[",
  ),
  { maxLength: 25 },
);

test("whatever is sanitised has nothing that runs, and stays the same when read again", () => {
  fc.assert(
    fc.property(MARKUP, (parts) => {
      const { html } = sanitiseHtml(parts.join(""));
      expect(html).not.toMatch(/<(?!\/?(?:p|b|a|table|li)\b)/);
      expect(html).not.toMatch(/<[^>]*\bon\w+=/);
      for (const [, href] of html.matchAll(/href="([^"]*)"/g)) expect(href).toMatch(/^https?:/);
      expect(sanitiseHtml(html)).toEqual({ html, content: [], style: [] });
    }),
    { numRuns: 3_000 },
  );
});

test.each([
  ["  Tea  ", "Tea"],
  ["Tea &amp; milk", "Tea & milk"],
  ["a<br>b", "a b"],
  ["1 < 2 > 0", "1 < 2 > 0"],
  ["&lt;b&gt;x&lt;/b&gt;", "x"],
  ["&#x1F375; &#233;", "🍵 é"],
  ["&#0;&#xD800;&unknown;", "&#0;&#xD800;&unknown;"],
  ["one\r\n\ttwo", "one two"],
  ["<<b>b>x", "< b>x"],
])("the plain text of %j is %j", (text, expected) => {
  expect(plain(text)).toBe(expected);
});

test("plain text has no tags left, and stays the same when read again", () => {
  fc.assert(
    fc.property(MARKUP, (parts) => {
      const text = plain(parts.join(""));
      expect(plain(text)).toBe(text);
      expect(text).not.toMatch(/<\/?[a-z][^<>]*>|[\r\n\t]/i);
    }),
    { numRuns: 3_000 },
  );
});

test("a text made to be slow is not", () => {
  // Each of them is quadratic, or worse, for a careless pattern.
  for (const part of ["<", "<!--", "<a ", "&#", " ", "<b><"]) {
    const long = part.repeat(Math.floor(10_000 / part.length));
    expect(plain(`x${long}y`).length).toBeLessThanOrEqual(10_002);
    expect(sanitiseHtml(long.repeat(4)).html.length).toBeLessThan(400_000);
  }
}, 10_000);
