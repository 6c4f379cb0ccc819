-- Registrations to escape poverty by a year (đăng ký thoát nghèo).
set role vonvay_owner;

create or replace function loan.escape_registered(p_branch smallint, p_household bigint, p_year integer, p_day date) returns boolean
language sql stable as $$
	select exists (select from loan.escape_registration e
		where e.branch = p_branch and e.household_id = p_household and e.year = p_year and e.on_day <= p_day
			and (e.withdrawn_on is null or e.withdrawn_on > p_day))
$$;
comment on function loan.escape_registered(smallint, bigint, integer, date) is
	'the household is registered on a day to escape poverty by the end of a year: it comes first in the queue (domain.md 6)';

reset role;
set role vonvay_api;

create or replace function api.escape_register(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
	head record := loan.write_begin(p_actor, p_door, 'escape.register', p_key, p_body_sha256, p_reply, p_business, p_reference);
	v_on date;
	v_year integer := (p ->> 'year')::integer;
	v_household bigint;
	v_registration bigint;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	v_on := loan.need_day(p, p_business);
	v_household := loan.need_household(head.branch, p, v_on);
	if v_year < extract(year from v_on) then
		raise exception 'the year % is over on %', v_year, v_on using errcode = 'LN007', column = 'year';
	end if;
	if coalesce(loan.household_class_on(head.branch, v_household, v_on), 0) not in (1, 2) then
		raise exception 'household % is neither poor nor near-poor on %', lpad(v_household::text, 10, '0'), v_on
			using errcode = 'LN008', column = 'household';
	end if;
	if exists (select from loan.escape_registration e where e.branch = head.branch and e.household_id = v_household
			and e.year = v_year and e.withdrawn_by is null) then
		raise exception 'household % is registered for % already', lpad(v_household::text, 10, '0'), v_year
			using errcode = 'LN014', column = 'year';
	end if;
	insert into loan.escape_registration (branch, household_id, year, on_day, entry_id)
	values (head.branch, v_household, v_year, v_on, head.entry_id) returning registration_id into v_registration;
	perform loan.audit_add(head.branch, head.entry_id, 'escape_registration', v_registration::text, '{household,year,on}');
	reply := loan.write_reply(p_actor, p_key, jsonb_build_object('household', lpad(v_household::text, 10, '0'),
		'year', v_year, 'on', v_on, 'registered', true)::text);
end $$;
comment on function api.escape_register(bigint, smallint, uuid, bytea, text, date, bigint, jsonb) is
	'escape.register: a poor or near-poor household (LN008) means to be out of poverty by the end of a year';

create or replace function api.escape_withdraw(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
	head record := loan.write_begin(p_actor, p_door, 'escape.withdraw', p_key, p_body_sha256, p_reply, p_business, p_reference);
	v_on date;
	r loan.escape_registration;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	v_on := loan.need_day(p, p_business);
	select e.* into r from loan.escape_registration e
	where e.branch = head.branch and e.household_id = (p ->> 'household')::bigint and e.year = (p ->> 'year')::integer
		and e.withdrawn_by is null for no key update;
	if not found then
		raise exception 'household % is not registered for %', lpad(p ->> 'household', 10, '0'), p ->> 'year'
			using errcode = 'LN404', column = 'household';
	end if;
	if v_on < r.on_day then
		raise exception 'it was registered on %', r.on_day using errcode = 'LN007', column = 'on';
	end if;
	update loan.escape_registration e set withdrawn_on = v_on, withdrawn_by = head.entry_id
	where e.branch = head.branch and e.registration_id = r.registration_id;
	perform loan.audit_add(head.branch, head.entry_id, 'escape_registration', r.registration_id::text, '{withdrawn_on}');
	reply := loan.write_reply(p_actor, p_key, jsonb_build_object('household', lpad(r.household_id::text, 10, '0'),
		'year', r.year, 'on', v_on, 'registered', false)::text);
end $$;
comment on function api.escape_withdraw(bigint, smallint, uuid, bytea, text, date, bigint, jsonb) is
	'escape.withdraw: from that day on the household is no longer registered for the year';

create or replace function api.escape_list(p_actor bigint, p jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
	v_day date := coalesce((p ->> 'as_of')::date, (select b.business_date from loan.business b where b.branch = v_branch));
	v_year integer := coalesce((p ->> 'year')::integer, extract(year from v_day)::integer);
	v_limit integer := coalesce((p ->> 'limit')::integer, 50);
	v_units text[] := case when p ->> 'area' is not null then loan.area_units(v_branch, p ->> 'area') end;
	v_data jsonb;
begin
	with listed as (
		select e.household_id, h.name, h.search, e.on_day, r.hamlet, coalesce(u.unit, r.area) as commune,
			loan.household_class_on(v_branch, e.household_id, v_day) as class
		from loan.escape_registration e
		join loan.household h on h.branch = v_branch and h.household_id = e.household_id
		left join lateral loan.household_area_on(v_branch, e.household_id, v_day) r on true
		left join loan.units_on(v_branch, v_day) u on u.code = r.area
		where e.branch = v_branch and e.year = v_year and e.on_day <= v_day
			and (e.withdrawn_on is null or e.withdrawn_on > v_day)
			and (v_units is null or r.area = any (v_units))
	), page as (
		select l.* from listed l where p ->> 'after' is null or l.household_id > (p ->> 'after')::bigint
		order by l.household_id limit v_limit
	)
	select jsonb_build_object('as_of', v_day, 'year', v_year, 'count', (select count(*) from listed),
		'households', coalesce(jsonb_agg(jsonb_build_object('household', lpad(g.household_id::text, 10, '0'), 'name', g.name,
			'commune', g.commune, 'commune_name', a.name, 'hamlet', g.hamlet, 'on', g.on_day, 'class', c.word)
			order by g.household_id), '[]'))
	into v_data
	from page g
	left join loan.code c on c.kind = 'household_class' and c.code = g.class
	left join loan.area a on a.branch = v_branch and a.code = g.commune and a.superseded_at is null;
	return v_data;
end $$;
comment on function api.escape_list(bigint, jsonb) is
	'escape.list: households registered for a year, as of a day, with the class decided last; in pages by number';

reset role;
