/**
 * The columns of Shopify's product CSV that we take, by our name for them: first the name with
 * which we write them, then others in use (the template of 2024 renamed them). Source: Shopify Help
 * Center, "Using CSV files to import and export products".
 */
export const COLUMNS = {
  handle: ["Handle", "URL handle"],
  title: ["Title"],
  body: ["Body (HTML)", "Body HTML", "Description"],
  vendor: ["Vendor"],
  type: ["Type", "Product Type", "Custom Product Type"],
  tags: ["Tags"],
  published: ["Published", "Published on online store"],
  status: ["Status"],
  option1Name: ["Option1 Name"],
  option1Value: ["Option1 Value"],
  option2Name: ["Option2 Name"],
  option2Value: ["Option2 Value"],
  option3Name: ["Option3 Name"],
  option3Value: ["Option3 Value"],
  sku: ["Variant SKU", "SKU"],
  grams: ["Variant Grams", "Weight value (grams)"],
  tracker: ["Variant Inventory Tracker", "Inventory tracker"],
  quantity: ["Variant Inventory Qty", "Inventory quantity"],
  policy: ["Variant Inventory Policy", "Continue selling when out of stock"],
  price: ["Variant Price", "Price"],
  compareAt: ["Variant Compare At Price", "Compare-at price"],
  requiresShipping: ["Variant Requires Shipping", "Requires shipping"],
  taxable: ["Variant Taxable", "Charge tax"],
  barcode: ["Variant Barcode", "Barcode"],
  imageSrc: ["Image Src", "Product image URL"],
  imagePosition: ["Image Position"],
  imageAlt: ["Image Alt Text"],
  giftCard: ["Gift Card"],
  seoTitle: ["SEO Title"],
  seoDescription: ["SEO Description"],
  variantImage: ["Variant Image", "Variant image URL"],
} as const;

export type Column = keyof typeof COLUMNS;

const NAMES = Object.entries(COLUMNS) as [Column, readonly string[]][];

/** The usual name of a column, as the merchant knows it. */
export const nameOf = (column: Column): string => COLUMNS[column][0];
/** All of them, in the order in which they are written. */
export const ALL_COLUMNS: readonly Column[] = NAMES.map(([column]) => column);

/**
 * What a file says nothing of when it lacks the column: then it stays as it was. Some are said by any
 * of several columns. Of stock, variants tell themselves whether the file speaks of it.
 */
const SAID_BY = {
  body: ["body"],
  vendor: ["vendor"],
  type: ["type"],
  tags: ["tags"],
  published: ["published", "status"],
  option1Value: ["option1Value", "option2Value", "option3Value"],
  sku: ["sku"],
  grams: ["grams"],
  policy: ["policy"],
  compareAt: ["compareAt"],
  requiresShipping: ["requiresShipping"],
  taxable: ["taxable"],
  barcode: ["barcode"],
  imageSrc: ["imageSrc"],
  imageAlt: ["imageAlt"],
  giftCard: ["giftCard"],
  seoTitle: ["seoTitle"],
  seoDescription: ["seoDescription"],
  variantImage: ["variantImage"],
} as const satisfies Partial<Record<Column, readonly Column[]>>;

export type AbsentField = keyof typeof SAID_BY;

/** Of what a file with these columns says nothing. */
export const unsaidBy = (has: (column: Column) => boolean): AbsentField[] =>
  (Object.keys(SAID_BY) as AbsentField[]).filter((name) => !SAID_BY[name].some(has));

const same = (name: string) => name.toLowerCase().replace(/\s/g, "");
const BY_NAME = new Map(NAMES.flatMap(([column, names]) => names.map((n) => [same(n), column])));

/** Which of our columns a heading means; capitals and spaces make no difference. */
export const columnNamed = (heading: string): Column | undefined => BY_NAME.get(same(heading));

const SPREADSHEET_FORMULA = /^'*[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;

/**
 * A cell that a spreadsheet would run as a formula (it begins with = + - @, their full-width forms,
 * a tab or a line break) gets an apostrophe in front, after OWASP's "CSV Injection". So does one
 * that has apostrophes before such a character: this is what makes `unprotect` exact.
 */
export const protect = (text: string): string =>
  SPREADSHEET_FORMULA.test(text) ? `'${text}` : text;

/** The opposite of `protect`: `unprotect(protect(text)) === text`, whatever the text. */
export const unprotect = (cell: string): string =>
  cell.startsWith("'") && SPREADSHEET_FORMULA.test(cell) ? cell.slice(1) : cell;
