-- Personal data: which keys seal them, a citizen id once in all branches, showing them with a reason, who looked at whom, and
-- sealing all anew with another key. What is sealed C seals and opens.
set role vonvay_owner;

create or replace function loan.key_hex(p_key integer) returns text language sql immutable parallel safe
return lpad(to_hex(p_key), 8, '0');
comment on function loan.key_hex(integer) is 'id of a data key as the daemon writes it';

-- Locks their rows, so that a rotation waits for whoever is about to seal with them.
create or replace function loan.data_keys_use(p_keys integer[]) returns void language plpgsql as $$
declare
	v_key integer;
begin
	insert into loan.data_key (key_id) select distinct k from unnest(p_keys) k on conflict do nothing;
	perform from loan.data_key d where d.key_id = any (p_keys) for share;
	select d.key_id into v_key from loan.data_key d where d.key_id = any (p_keys) and d.retired_at is not null limit 1;
	if found then
		raise exception 'the data key % of this daemon is retired: it has to be reloaded', loan.key_hex(v_key) using errcode = 'LN051';
	end if;
end $$;
comment on function loan.data_keys_use(integer[]) is 'rows are about to be sealed with these keys; not with a retired one (LN051)';

-- On: what follows in this function sees the rows of all branches; off at its end, and by itself after an exception.
create or replace function loan.personal_whole(p_on boolean) returns void language sql as $$
	select set_config('vonvay.personal', case when p_on then 'whole' else '' end, true)
$$;
comment on function loan.personal_whole(boolean) is 'functions of the owner see the sealed rows of all branches';

create or replace function loan.citizen_known(p_hashes bytea[]) returns boolean language plpgsql stable
security definer set search_path = '' as $$
declare
	v_known boolean;
begin
	perform loan.personal_whole(true);
	v_known := exists (select from loan.personal p where p.field = 1 and p.hash = any (p_hashes));
	perform loan.personal_whole(false);
	return v_known;
end $$;
comment on function loan.citizen_known(bytea[]) is 'is one of these citizen ids known anywhere, in any branch; not where';

create or replace function loan.citizen_refuse(p_branch smallint, p_hashes bytea[]) returns void language plpgsql as $$
begin
	if exists (select from loan.personal p where p.branch = p_branch and p.field = 1 and p.hash = any (p_hashes)) then
		raise exception 'a person with this citizen id exists already' using errcode = 'LN014', column = 'citizen_id';
	end if;
	if loan.citizen_known(p_hashes) then
		raise exception 'a person with this citizen id is registered elsewhere' using errcode = 'LN050', column = 'citizen_id';
	end if;
end $$;
comment on function loan.citizen_refuse(smallint, bytea[]) is
	'citizen ids must be new: LN014 when the actor sees whose one is, LN050 without a word of where when not';

-- While there are two keys the unique index is not enough: one person may come under either hash.
create or replace function loan.citizen_new(p_branch smallint, p_hashes bytea[], p_known bytea[]) returns void language plpgsql as $$
begin
	if cardinality(p_known) > 0 then
		perform pg_advisory_xact_lock(hashtextextended(h, 7263003))
		from (select encode(x, 'hex') as h from unnest(p_hashes || p_known) x order by 1) sorted;
	end if;
	perform loan.citizen_refuse(p_branch, p_hashes || p_known);
end $$;
comment on function loan.citizen_new(smallint, bytea[], bytea[]) is
	'citizen ids under the hashes of the current key and of the others are about to be written (LN014, LN050)';

-- ---- sealing all anew: for one key, in all branches ----

create or replace function loan.keys_others(p_key integer) returns integer[] language sql stable as $$
	select coalesce(array_agg(d.key_id), '{}') from loan.data_key d where d.key_id <> p_key and d.retired_at is null
$$;
comment on function loan.keys_others(integer) is 'keys that something may be sealed with, but for this one';

create or replace function loan.sealed_with_others(p_key integer) returns bigint language plpgsql
security definer set search_path = '' as $$
declare
	others integer[] := loan.keys_others(p_key);
	v_count bigint;
begin
	perform loan.personal_whole(true);
	v_count := (select count(*) from loan.personal p where p.key_id = any (others))
		+ (select count(*) from loan.personal_past p where p.key_id = any (others))
		+ (select count(*) from loan.import_part p where p.key_id = any (others));
	perform loan.personal_whole(false);
	return v_count;
end $$;
comment on function loan.sealed_with_others(integer) is 'how many values are sealed with another key than this one';

-- By the index of keys, so that a chunk costs what it holds. p_source: 'now', 'past' or 'import'.
create or replace function loan.reseal_rows(p_key integer, p_source text, p_skip bigint, p_limit integer)
returns table (row_id bigint, branch smallint, id bigint, member_no smallint, field text, sealed bytea)
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
	others integer[] := loan.keys_others(p_key);
begin
	perform loan.personal_whole(true);
	case p_source
	when 'now' then
		return query select 0::bigint, p.branch, p.household_id, p.member_no,
			(select c.word from loan.code c where c.kind = 'personal' and c.code = p.field), p.sealed
		from loan.personal p where p.key_id = any (others) order by p.key_id offset p_skip limit p_limit;
	when 'past' then
		return query select p.row_id, p.branch, p.household_id, p.member_no,
			(select c.word from loan.code c where c.kind = 'personal' and c.code = p.field), p.sealed
		from loan.personal_past p where p.key_id = any (others) order by p.key_id offset p_skip limit p_limit;
	when 'import' then
		return query select p.import_id, 0::smallint, p.at_byte, 0::smallint, '', p.bytes
		from loan.import_part p where p.key_id = any (others) order by p.key_id offset p_skip limit p_limit;
	end case;
	perform loan.personal_whole(false);
end $$;
comment on function loan.reseal_rows(integer, text, bigint, integer) is
	'values sealed with another key: of members now, of the past (by its row), pieces of files (by import and place)';

-- A row that has changed since it was read is left for the next round.
create or replace function loan.reseal_write(p_key integer, p_source text, p_rows jsonb) returns bigint language plpgsql
security definer set search_path = '' as $$
declare
	v_count bigint;
begin
	perform loan.personal_whole(true);
	case p_source
	when 'now' then
		update loan.personal p set key_id = p_key, sealed = decode(n.sealed, 'hex'), hash = decode(n.hash, 'hex')
		from jsonb_to_recordset(p_rows) n (branch smallint, id bigint, member smallint, field text, was text, sealed text, hash text)
		join loan.code c on c.kind = 'personal' and c.word = n.field
		where p.branch = n.branch and p.household_id = n.id and p.member_no = n.member and p.field = c.code
			and p.sealed = decode(n.was, 'hex');
	when 'past' then
		update loan.personal_past p set key_id = p_key, sealed = decode(n.sealed, 'hex'), hash = decode(n.hash, 'hex')
		from jsonb_to_recordset(p_rows) n (row bigint, was text, sealed text, hash text)
		where p.row_id = n.row and p.sealed = decode(n.was, 'hex');
	when 'import' then
		update loan.import_part p set key_id = p_key, bytes = decode(n.sealed, 'hex'), digest = decode(n.hash, 'hex')
		from jsonb_to_recordset(p_rows) n (row bigint, id bigint, was text, sealed text, hash text)
		where p.import_id = n.row and p.at_byte = n.id and p.bytes = decode(n.was, 'hex');
	end case;
	get diagnostics v_count = row_count;
	perform loan.personal_whole(false);
	return v_count;
end $$;
comment on function loan.reseal_write(integer, text, jsonb) is 'values as C sealed them anew, with their hashes; how many were still as read';

reset role;
set role vonvay_api;

create or replace function api.data_keys() returns table (key_id bigint, retired boolean)
language sql stable security definer set search_path = '' as $$
	select d.key_id::bigint & 4294967295, d.retired_at is not null from loan.data_key d
$$;
comment on function api.data_keys() is 'ids of the keys ever used, and which of them are retired; asked when the daemon has read its keys';

create or replace function api.reseal_begin(p_actor bigint, p_key bigint) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter_all(p_actor);
	v_key integer := p_key::bit(32)::integer;
begin
	if not pg_try_advisory_lock(7263002) then
		raise exception 'another rotation is under way' using errcode = 'LN421';
	end if;
	insert into loan.data_key as d (key_id) values (v_key) on conflict (key_id) do update set retired_at = null;
	return loan.sealed_with_others(v_key);
end $$;
comment on function api.reseal_begin(bigint, bigint) is
	'a rotation to this key begins, one at a time (LN421), until the connection ends; how many values are to be sealed anew';

create or replace function api.reseal_read(p_actor bigint, p_key bigint, p_source text, p_skip bigint, p_limit integer)
returns table (row_id bigint, branch smallint, id bigint, member_no smallint, field text, sealed bytea)
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter_all(p_actor);
begin
	return query select r.* from loan.reseal_rows(p_key::bit(32)::integer, p_source, p_skip, p_limit) r;
end $$;
comment on function api.reseal_read(bigint, bigint, text, bigint, integer) is
	'values still sealed with another key, after so many that could not be sealed anew';

create or replace function api.reseal_write(p_actor bigint, p_key bigint, p_source text, p_rows jsonb) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter_all(p_actor);
begin
	perform loan.data_keys_use(array[p_key::bit(32)::integer]);
	return loan.reseal_write(p_key::bit(32)::integer, p_source, p_rows);
end $$;
comment on function api.reseal_write(bigint, bigint, text, jsonb) is 'one chunk of values sealed anew; how many were still as they had been read';

-- Waits for whoever is sealing with another key at the moment, then counts.
create or replace function api.reseal_end(p_actor bigint, p_key bigint) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter_all(p_actor);
	v_key integer := p_key::bit(32)::integer;
	v_left bigint;
begin
	perform from loan.data_key d where d.key_id <> v_key and d.retired_at is null order by d.key_id for update;
	v_left := loan.sealed_with_others(v_key);
	if v_left = 0 then
		update loan.data_key d set retired_at = now() where d.key_id <> v_key and d.retired_at is null;
	end if;
	return v_left;
end $$;
comment on function api.reseal_end(bigint, bigint) is 'the other keys are retired if nothing is sealed with them any more; how many values are';

-- ---- who looks at whom ----

create or replace function api.household_personal(p_actor bigint, p_door smallint, p_household bigint, p_member smallint, p_reason text)
returns table (member_no smallint, name text, field text, sealed bytea)
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	if not exists (select from loan.household h where h.branch = v_branch and h.household_id = p_household) then
		raise exception 'no household %', loan.household_no(p_household) using errcode = 'LN003', column = 'household';
	end if;
	if p_member is not null and not exists (select from loan.household_member m
			where m.branch = v_branch and m.household_id = p_household and m.member_no = p_member) then
		raise exception 'household % has no member %', loan.household_no(p_household), p_member
			using errcode = 'LN404', column = 'member';
	end if;
	insert into loan.household_look (branch, household_id, actor, door, method, reason)
	values (v_branch, p_household, p_actor, p_door, 'household.personal', p_reason);
	return query select m.member_no, m.name, c.word, p.sealed
	from loan.household_member m
	left join loan.personal p on p.branch = v_branch and p.household_id = p_household and p.member_no = m.member_no
	left join loan.code c on c.kind = 'personal' and c.code = p.field
	where m.branch = v_branch and m.household_id = p_household and (p_member is null or m.member_no = p_member)
	order by m.member_no, p.field;
end $$;
comment on function api.household_personal(bigint, smallint, bigint, smallint, text) is
	'personal data of a household, or of one member, as sealed, for being shown in full: recorded with the reason (LN003, LN404)';

-- What they saw is a fact, whatever has become of their rights since.
create or replace function api.household_looked(p_actors bigint[], p_doors smallint[], p_households bigint[], p_methods text[])
returns void language plpgsql security definer set search_path = '' as $$
declare
	v_actor bigint;
	v_branch smallint;
begin
	for v_actor, v_branch in select s.staff_id, s.branch from loan.staff s where s.staff_id = any (p_actors) loop
		perform set_config('vonvay.branch', v_branch::text, true);
		insert into loan.household_look (branch, household_id, actor, door, method)
		select v_branch, l.household, l.actor, l.door, l.method
		from unnest(p_actors, p_doors, p_households, p_methods) l (actor, door, household, method)
		where l.actor = v_actor;
	end loop;
end $$;
comment on function api.household_looked(bigint[], smallint[], bigint[], text[]) is 'looks of several actors at households they have just read';

create or replace function api.household_looks(p_actor bigint, p jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter(p_actor);
	v_staff bigint;
	v_from timestamptz := coalesce((p ->> 'from')::date, loan.today() - 30)::timestamp at time zone 'Asia/Ho_Chi_Minh';
	v_until timestamptz := (coalesce((p ->> 'to')::date, loan.today()) + 1)::timestamp at time zone 'Asia/Ho_Chi_Minh';
begin
	if p ? 'household' and not exists (select from loan.household h
			where h.branch = v_branch and h.household_id = (p ->> 'household')::bigint) then
		raise exception 'no household %', loan.household_no((p ->> 'household')::bigint) using errcode = 'LN003', column = 'household';
	end if;
	if p ? 'staff' then
		select s.staff_id into v_staff from loan.staff s where s.branch = v_branch and s.name = p ->> 'staff';
		if not found then
			raise exception 'there is no staff of this name' using errcode = 'LN404', column = 'staff';
		end if;
	end if;
	return jsonb_build_object('looks', (select coalesce(jsonb_agg(jsonb_build_object('at', loan.moment(x.looked_at),
			'staff', x.staff, 'full_name', x.full_name, 'household', loan.household_no(x.household_id), 'name', x.name,
			'method', x.method, 'door', x.door, 'reason', nullif(x.reason, '')) order by x.looked_at desc, x.look_id desc), '[]')
		from (
			select l.look_id, l.looked_at, s.name as staff, s.full_name, l.household_id, h.name, l.method, c.word as door, l.reason
			from loan.household_look l
			join loan.household h on h.branch = v_branch and h.household_id = l.household_id
			join loan.staff s on s.staff_id = l.actor
			left join loan.code c on c.kind = 'door' and c.code = l.door
			where l.branch = v_branch and l.looked_at >= v_from and l.looked_at < v_until
				and (not p ? 'household' or l.household_id = (p ->> 'household')::bigint)
				and (not p ? 'staff' or l.actor = v_staff)
			order by l.looked_at desc, l.look_id desc limit coalesce((p ->> 'limit')::integer, 200)) x));
end $$;
comment on function api.household_looks(bigint, jsonb) is
	'who looked at which household in a period, the latest first; of one household or of one member of staff';

create or replace function api.registered_elsewhere(p_actor bigint, p_door smallint, p_method text, p_household bigint) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter(p_actor);
	v_entry bigint;
begin
	v_entry := loan.entry_make(v_branch, p_actor, p_door, p_method,
		(select b.business_date from loan.business b where b.branch = v_branch));
	perform loan.audit_add(v_branch, v_entry, 'registered_elsewhere', p_household::text, '{citizen_id}');
	return v_entry;
end $$;
comment on function api.registered_elsewhere(bigint, smallint, text, bigint) is
	'a write was refused since a citizen id is registered elsewhere: recorded by itself, for the signs of wrongdoing';

reset role;
