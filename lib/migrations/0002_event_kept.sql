-- Events are told once and for all: not even whoever owns the table removes them by mistake. What the
-- role that serves requests may do is read from these triggers (lib/rights.ts).
create trigger event_not_removed before delete on event for each row execute function append_only();
create trigger event_not_emptied before truncate on event for each statement execute function append_only();
create trigger saga_log_not_emptied before truncate on saga_log for each statement execute function append_only();
