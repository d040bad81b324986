/** Under which tags answers about stores are kept: all lists of them together, and each store. */
export const STORES = "stores";
export const storeTag = (storeId: string): string => `store:${storeId}`;
