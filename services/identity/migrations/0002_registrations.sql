-- Events of the time before carried the name and the address of who registered; now they carry ids.
create function erase_registrations() returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform set_config('comptoir.erasing', 'on', true);
  update event set data = data - '{username,email}'::text[]
  where name = 'user.registered' and data ?| '{username,email}'::text[];
  perform set_config('comptoir.erasing', 'off', true);
end $$;
select erase_registrations();
-- allow drop: It was made above, for this one statement alone.
drop function erase_registrations();
