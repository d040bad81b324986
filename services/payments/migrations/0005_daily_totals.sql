-- Daily totals of the ledger and of payments, so that no report sums over all history. A day is summed when
-- it is over; what is not summed is read from the rows themselves. docs/decisions/0013-daily-totals.md

-- The first moment of a day, also where clocks change at midnight.
create function day_starts(day date, zone text) returns timestamptz language sql stable as $$
  select case when ((moment - interval '1 hour') at time zone zone)::date = day
              then moment - interval '1 hour' else moment end
  from (select day::timestamp at time zone zone as moment) midnight
$$;

-- Days that are over, without gaps.
create table accounting_day (
  zone      text not null,
  day       date not null,
  from_at   timestamptz not null,
  to_at     timestamptz not null,
  -- Null until the day is summed, and again once something was booked in it after that.
  summed_at timestamptz,
  primary key (zone, day),
  check (from_at <= to_at)
);
create index accounting_day_end on accounting_day (to_at);
create index accounting_day_open on accounting_day (zone, day) where summed_at is null;

create table ledger_total (
  zone     text not null,
  -- '-infinity': the sum of all days.
  day      date not null,
  account  text not null,
  currency char(3) not null,
  store_id uuid,
  debit    bigint not null,
  credit   bigint not null,
  unique nulls not distinct (zone, day, account, currency, store_id)
);
create table payment_total (
  zone     text not null,
  day      date not null,
  provider text not null,
  currency char(3) not null,
  store_id uuid,
  payments bigint not null,
  captured bigint not null,
  refunds  bigint not null,
  refunded bigint not null,
  unique nulls not distinct (zone, day, provider, currency, store_id)
);

-- A day in which something is booked after it was over has to be summed anew. The lock is shared by all who
-- book. Adding days takes it alone, so all who did not find the day have committed before the day is summed.
create function reopen_days(first timestamptz, last timestamptz) returns void language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(hashtext('payments.days'), 0);
  update accounting_day set summed_at = null where to_at > first and from_at <= last;
end $$;

create function entry_reopens_days() returns trigger language plpgsql as $$
begin
  perform reopen_days(min(at), max(at)) from inserted;
  return null;
end $$;
create trigger entry_reopens_days after insert on entry
  referencing new table as inserted for each statement execute function entry_reopens_days();

create function payment_reopens_day() returns trigger language plpgsql as $$
begin
  perform reopen_days(new.captured_at, new.captured_at);
  return null;
end $$;
create trigger payment_inserted_reopens_day after insert on payment
  for each row when (new.state = 'captured') execute function payment_reopens_day();
create trigger payment_captured_reopens_day after update on payment
  for each row when (new.state = 'captured' and old.state <> 'captured')
  execute function payment_reopens_day();

create function refund_reopens_day() returns trigger language plpgsql as $$
begin
  perform reopen_days(new.ended_at, new.ended_at);
  return null;
end $$;
create trigger refund_inserted_reopens_day after insert on refund
  for each row when (new.state = 'succeeded') execute function refund_reopens_day();
create trigger refund_succeeded_reopens_day after update on refund
  for each row when (new.state = 'succeeded' and old.state <> 'succeeded')
  execute function refund_reopens_day();
