/** Every statement here is SQL: the database decides. */
export const tables = () => ({});
