/** The ledger's virtual locations, as the first migration makes them: the other end of an entry. */
export const TRANSIT = "00000000-0000-7000-8000-000000000001";
export const SUPPLIER = "00000000-0000-7000-8000-000000000002";
export const CUSTOMER = "00000000-0000-7000-8000-000000000003";
export const LOSS = "00000000-0000-7000-8000-000000000004";
