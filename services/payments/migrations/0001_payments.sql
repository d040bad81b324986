-- Money. What must never be wrong is decided here: one live payment per order, no refund beyond what
-- was captured, a ledger that balances and is never edited. Reliability, §1.3, §1.4 and §3.

create table payment (
  id             uuid primary key,
  order_id       uuid not null,
  -- Unknown only in a tombstone: an order closed before its payment was ever opened.
  customer_id    uuid,
  store_id       uuid,
  provider       text not null check (provider in ('simulator', 'cash')),
  provider_id    text,
  charge_id      text,
  currency       char(3) not null check (currency ~ '^[A-Z]{3}$'),
  amount         bigint not null check (amount >= 0),
  state          text not null
                 check (state in ('created', 'open', 'processing', 'captured', 'closed')),
  refunded       bigint not null default 0,
  refund_pending bigint not null default 0,
  -- Why it was closed.
  reason         text,
  -- The order wants it closed: no attempt may begin, and the provider is asked to cancel.
  closing        boolean not null default false,
  -- The payer wants another provider: when this one has cancelled, a payment there takes its place.
  next_provider  text check (next_provider in ('simulator', 'cash')),
  polls          int not null default 0,
  due_at         timestamptz not null default now(),
  created_at     timestamptz(3) not null default clock_timestamp(),
  captured_at    timestamptz(3),
  closed_at      timestamptz(3),
  check (refunded >= 0 and refund_pending >= 0 and refunded + refund_pending <= amount),
  check (state = 'captured' or refunded + refund_pending = 0),
  check (state = 'closed' or customer_id is not null),
  check ((state = 'captured') = (captured_at is not null)),
  check ((state = 'closed') = (closed_at is not null)),
  unique (provider, provider_id)
);
create unique index one_live_payment on payment (order_id) where state <> 'closed';
create index payment_order on payment (order_id);
create index payment_customer on payment (customer_id, id);
create index payment_store on payment (store_id, id);
create index payment_captured on payment (captured_at) where state = 'captured';
create index payment_due on payment (due_at) where state <> 'captured';

-- captured and closed are for ever, and no state goes back: the lattice, also against ourselves.
create function payment_moves_forward() returns trigger language plpgsql as $$
declare
  lattice constant text[] := array['created', 'open', 'processing', 'captured', 'closed'];
begin
  if old.state in ('captured', 'closed') and new.state <> old.state
     or array_position(lattice, new.state) < array_position(lattice, old.state) then
    raise exception 'payment cannot go from % to %', old.state, new.state using errcode = '23514';
  end if;
  if (new.order_id, new.currency, new.amount, new.provider)
     is distinct from (old.order_id, old.currency, old.amount, old.provider) then
    raise exception 'what a payment is for cannot change' using errcode = '23514';
  end if;
  return new;
end $$;
create trigger payment_lattice before update on payment
  for each row execute function payment_moves_forward();

-- Each try to pay. Its id is the idempotency key at the provider, so that it can be sent again.
create table attempt (
  id         uuid primary key,
  payment_id uuid not null references payment,
  payer_id   uuid not null,
  state      text not null check (state in ('sent', 'processing', 'succeeded', 'declined')),
  reason     text,
  simulate   jsonb,
  created_at timestamptz(3) not null default clock_timestamp(),
  ended_at   timestamptz(3)
);
create unique index one_attempt_at_a_time on attempt (payment_id)
  where state in ('sent', 'processing');
create unique index one_attempt_succeeds on attempt (payment_id) where state = 'succeeded';

create table psp_event (
  psp          text not null,
  event_id     text not null,
  type         text not null,
  psp_id       text,
  payload      jsonb not null,
  received_at  timestamptz not null default now(),
  processed_at timestamptz,
  tries        int not null default 0,
  due_at       timestamptz not null default now(),
  primary key (psp, event_id)
);
create index psp_event_due on psp_event (due_at) where processed_at is null;

create table refund (
  id           uuid primary key,
  payment_id   uuid not null references payment,
  amount       bigint not null check (amount > 0),
  state        text not null check (state in ('requested', 'sent', 'succeeded', 'failed')),
  psp_id       text unique,
  reason       text not null,
  -- Why it failed.
  failure      text,
  requested_by uuid,
  command_id   uuid unique,
  tries        int not null default 0,
  due_at       timestamptz not null default now(),
  created_at   timestamptz(3) not null default clock_timestamp(),
  ended_at     timestamptz(3),
  check ((state in ('succeeded', 'failed')) = (ended_at is not null))
);
create index refund_payment on refund (payment_id);
create index refund_due on refund (due_at) where state in ('requested', 'sent');
create index refund_ended on refund (ended_at) where state = 'succeeded';

-- Money that came although the payment was closed: recorded, and given back by itself.
create table late_capture (
  id         uuid primary key,
  payment_id uuid not null references payment,
  charge_id  text not null,
  amount     bigint not null check (amount > 0),
  state      text not null check (state in ('requested', 'sent', 'succeeded', 'failed')),
  psp_id     text,
  failure    text,
  tries      int not null default 0,
  due_at     timestamptz not null default now(),
  created_at timestamptz(3) not null default clock_timestamp(),
  ended_at   timestamptz(3),
  unique (payment_id, charge_id)
);
create index late_capture_due on late_capture (due_at) where state in ('requested', 'sent');

-- The ledger: double entry, debits positive. Every posting sums to nothing, per currency.
create table entry (
  id       bigint generated always as identity primary key,
  tx       uuid not null,
  account  text not null check (account in ('psp_clearing', 'customer_orders', 'cash', 'unclaimed')),
  currency char(3) not null,
  amount   bigint not null check (amount <> 0),
  ref      uuid not null,
  kind     text not null check (kind in
             ('capture', 'refund', 'cash_in', 'cash_out', 'late_capture', 'late_refund')),
  store_id uuid,
  at       timestamptz not null default clock_timestamp(),
  unique (kind, ref, account)
);
create index entry_tx on entry (tx);
create index entry_at on entry (at);

create function entries_balance() returns trigger language plpgsql as $$
begin
  if exists (select 1 from entry where tx = new.tx group by currency having sum(amount) <> 0) then
    raise exception 'posting % does not balance', new.tx using errcode = '23514';
  end if;
  return null;
end $$;
create constraint trigger entry_balanced after insert on entry
  deferrable initially deferred for each row execute function entries_balance();
create trigger entry_kept before update or delete on entry
  for each row execute function append_only();
create trigger entry_not_emptied before truncate on entry
  for each statement execute function append_only();
