/** Every statement of pricing is SQL: there are no models. */

export const tables = () => ({});
