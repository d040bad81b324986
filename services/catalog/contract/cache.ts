/** Tags of the catalogue's cached answers. */

/** Tags of every answer that may show a product that is not in it yet, or counts products. */
export const PRODUCTS = "products";
export const CATEGORIES = "categories";
export const productTag = (productId: string): string => `product:${productId}`;
export const categoryTag = (slug: string): string => `category:${slug}`;

/** A list has what it shows, and may have to show more. */
export const listTags = (_: unknown, { products }: { products: readonly { id: string }[] }) => [
  PRODUCTS,
  ...products.map(({ id }) => productTag(id)),
];
/** The parameter is a product's id or its handle; the answer has the id. */
export const pageTags = (
  _: unknown,
  { id, categories }: { id: string; categories: readonly string[] },
) => [productTag(id), ...categories.map(categoryTag)];
export const indexTags = () => [PRODUCTS, CATEGORIES];
export const snapshotTags = (
  { productIds = [] }: { productIds?: readonly string[] },
  { variants }: { variants: readonly { productId: string }[] },
) => [...new Set([...productIds, ...variants.map(({ productId }) => productId)])].map(productTag);
