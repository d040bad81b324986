/** Tags of cached answers about stores: one for all lists, one for each store. */
export const STORES = "stores";
export const storeTag = (storeId: string): string => `store:${storeId}`;
