-- While a node finds out what became of an order that stock is held for, no other node asks.
alter table reservation add column leased_until timestamptz;
