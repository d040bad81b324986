-- What somebody wrote, and what was written on their orders, in the words of people.
create function erase_notes(person uuid) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare erased bigint;
begin
  perform set_config('comptoir.erasing', 'on', true);
  update order_event set text = '…'
  where kind = 'note' and text <> '…'
    and (order_id in (select id from "order" where customer_id = person and not tombstone)
         or actor = person);
  get diagnostics erased = row_count;
  perform set_config('comptoir.erasing', 'off', true);
  return erased;
end $$;
-- allow index: People write few notes; their table is small beside that of orders.
create index order_event_actor on order_event (actor) where kind = 'note';

-- Why an order was cancelled, in a person's words, is kept with the order alone: events and processes
-- of the time before get the code that they carry now.
create function erase_reasons() returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform set_config('comptoir.erasing', 'on', true);
  update event set data = jsonb_set(data, '{reason}', '"CANCELLED"')
  where name = 'order.cancelled' and data->>'reason' !~ '^[A-Z_]+$';
  update saga set state = jsonb_set(state, '{reason}', '"CANCELLED"')
  where state->>'reason' !~ '^[A-Z_]+$';
  perform set_config('comptoir.erasing', 'off', true);
end $$;
select erase_reasons();
-- allow drop: It was made above, for this one statement alone.
drop function erase_reasons();
