-- Orders that are looked for by a rare state, without reading all that are paid.
-- allow index: on a large table it is built by hand with `concurrently` before this version starts.
create index if not exists order_unpaid on "order" (status, created_at desc, id desc)
  where status <> 'paid' and not tombstone;
