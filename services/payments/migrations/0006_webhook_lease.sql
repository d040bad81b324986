-- While a node delivers a simulated webhook, no other node takes it, however long that lasts.
alter table simulator_webhook add column leased_until timestamptz;
