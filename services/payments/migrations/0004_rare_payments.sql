-- Payments in a state or with a provider that is rare, without reading all that are captured.
-- allow index: on a large table it is built by hand with `concurrently` before this version starts.
create index if not exists payment_uncaptured on payment (state, id)
  where state <> 'captured' and customer_id is not null;
-- allow index: it is built by hand before, like the one above.
create index if not exists payment_cash on payment (id) where provider = 'cash';
