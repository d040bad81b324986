/**
 * A product while its rows come in. It holds at most what the limits allow, however many rows the
 * file has for it, and settles options and SKUs when the last one has come.
 */
import { type Column, nameOf, type AbsentField } from "./columns.ts";
import { issueAt } from "./issues.ts";
import { type ImportedImage, type ImportedProduct, type ImportIssue, LIMITS } from "./imported.ts";
import { settleVariants } from "./options.ts";
import type { Currency } from "./price.ts";
import type { Row } from "./rows.ts";
import type { UsedSkus } from "./sku.ts";
import { sanitiseHtml } from "./text.ts";
import * as variant from "./variant.ts";

/** What is said once for a product, on its first row. */
const ONCE = [
  ...(["title", "body", "vendor", "type", "tags", "published", "status", "giftCard"] as const),
  ...(["seoTitle", "seoDescription", "option1Name", "option2Name", "option3Name"] as const),
];

export interface ProductDraft {
  line: number;
  handle: string;
  once: Map<Column, string>;
  variants: variant.VariantDraft[];
  images: Map<string, ImportedImage>;
  absent: readonly AbsentField[];
}

export const beginProduct = (row: Row): ProductDraft => ({
  line: row.line,
  handle: row.get("handle"),
  once: new Map(),
  variants: [],
  images: new Map(),
  absent: row.absent,
});

/** Takes one more row of the product into `draft`; answers what of it was not taken. */
export function addRow(draft: ProductDraft, row: Row, currency: Currency): ImportIssue[] {
  const issues: ImportIssue[] = [];
  const report = variant.reporter(issues, row.line);
  const { handle } = draft;
  for (const column of ONCE) {
    const value = row.get(column);
    if (value === "" || draft.once.get(column) === value) continue;
    if (draft.once.has(column)) report("LATER_VALUE_IGNORED", column, { value, handle });
    else draft.once.set(column, value);
  }
  const first = row.line === draft.line;
  if (first || variant.isVariant(row)) {
    const read = variant.readVariant(row, currency, report);
    if (read && draft.variants.length >= LIMITS.variants) {
      report("VARIANTS_TOO_MANY", "", { value: read.givenSku, handle, limit: LIMITS.variants });
    } else if (read) draft.variants.push(read);
  } else if (row.get("imageSrc") === "") report("ROW_EMPTY", "", { handle, value: handle });
  addImage(draft, row, report);
  return issues;
}

function addImage({ images, handle }: ProductDraft, row: Row, report: variant.Report): void {
  const url = variant.urlOf(row, "imageSrc", report);
  if (url === undefined) return;
  if (images.has(url)) {
    report("IMAGE_REPEATED", "imageSrc", { value: url, handle });
  } else if (images.size >= LIMITS.images) {
    report("IMAGES_TOO_MANY", "imageSrc", { value: url, handle, limit: LIMITS.images });
  } else {
    const alt = variant.shortText(row, "imageAlt", LIMITS.alt, report);
    const given = row.get("imagePosition");
    const position = /^\d{1,6}$/.test(given) ? Number(given) : images.size + 1;
    images.set(url, { url, ...(alt !== undefined && { alt }), position });
  }
}

/** The product as a whole, unless it cannot be sold, and what was found when putting it together. */
export function finishProduct(
  draft: ProductDraft,
  skus: UsedSkus,
): { product?: ImportedProduct; issues: ImportIssue[] } {
  const { line, handle, absent } = draft;
  const issues: ImportIssue[] = [];
  const report = variant.reporter(issues, line);
  const row: Row = {
    line,
    absent,
    get: (column) => draft.once.get(column) ?? "",
    has: (column) => draft.once.has(column),
  };
  const title = titleOf(draft, report);
  if (title === undefined) return { issues };
  const settled = settleVariants(draft, skus, issues);
  if (settled.variants.length === 0) {
    return { issues: [...issues, issueAt(line, nameOf("handle"), "NO_VARIANT", { handle })] };
  }
  const product: ImportedProduct = {
    line,
    handle,
    title,
    descriptionHtml: descriptionOf(row, handle, report),
    tags: tagsOf(row, report),
    published: publishedOf(row, report),
    ...settled,
    images: [...draft.images.values()]
      .sort((one, other) => one.position - other.position)
      .map((image, index) => ({ ...image, position: index + 1 })),
    giftCard: variant.flag(row, "giftCard", false, report),
    ...(absent.length > 0 && { absent }),
  };
  for (const field of ["vendor", "type", "seoTitle", "seoDescription"] as const) {
    const text = variant.shortText(row, field, LIMITS[field], report);
    if (text !== undefined) product[field] = text;
  }
  return { product, issues };
}

function titleOf({ once, handle }: ProductDraft, report: variant.Report): string | undefined {
  const value = once.get("title") ?? "";
  const title = variant.cleanText(value, "title", report);
  const limit = LIMITS.title;
  if (handle.length > LIMITS.handle) {
    report("PRODUCT_TEXT_TOO_LONG", "handle", { value: handle, limit: LIMITS.handle });
  } else if (title === "") report("TITLE_MISSING", "title", { value, handle });
  else if (title.length > limit) report("PRODUCT_TEXT_TOO_LONG", "title", { value, limit });
  else return title;
  return undefined;
}

function descriptionOf(row: Row, handle: string, report: variant.Report): string {
  const value = row.get("body");
  const limit = LIMITS.description;
  const { html, content, style } = sanitiseHtml(value.length > limit * 2 ? "" : value);
  if (html.length > limit || value.length > limit * 2) {
    report("TEXT_TOO_LONG", "body", { value, limit });
    return "";
  }
  if (content.length > 0) {
    report("HTML_CONTENT_REMOVED", "body", { handle, value: content.join(", ") });
  }
  if (style.length > 0) report("HTML_STYLE_REMOVED", "body", { handle, value: style.join(", ") });
  return html;
}

function tagsOf(row: Row, report: variant.Report): string[] {
  const tags = new Set<string>();
  for (const value of row.get("tags").split(",")) {
    if (value.length > LIMITS.tag) report("TEXT_TOO_LONG", "tags", { value, limit: LIMITS.tag });
    else tags.add(variant.cleanText(value.trim(), "tags", report).replaceAll(",", " ").trim());
  }
  tags.delete("");
  if (tags.size <= LIMITS.tags) return [...tags];
  const over = [...tags].slice(LIMITS.tags);
  report("TAGS_TOO_MANY", "tags", { value: over.join(", "), limit: LIMITS.tags });
  return [...tags].slice(0, LIMITS.tags);
}

/** A draft or an archived product is not for sale, whatever `Published` says. */
function publishedOf(row: Row, report: variant.Report): boolean {
  const published = variant.flag(row, "published", true, report);
  const known = { active: true, draft: false, archived: false, unlisted: false };
  return variant.choice(row, "status", known, true, report) && published;
}
