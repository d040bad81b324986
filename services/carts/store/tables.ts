/** Carts are read and written by SQL only. */
export const tables = (): object => ({});
