-- Rows that a worker has taken belong to it until then, however slow its provider is: the worker renews
-- this while it works. `due_at` stays what it was, the moment of the next try.
alter table payment add column leased_until timestamptz;
alter table psp_event add column leased_until timestamptz;
alter table refund add column leased_until timestamptz;
alter table late_capture add column leased_until timestamptz;

-- Why an event was put aside without being applied: it is then processed too, and stays here to be seen.
alter table psp_event add column ignored text;
