-- While a node finds out what became of a frozen cart's order, no other node asks.
alter table cart add column leased_until timestamptz;
