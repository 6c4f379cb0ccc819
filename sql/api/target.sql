-- Targets that communes register for a year, and what status.targets counts: households by the history of their class, which C
-- reads (include/vonvay/target.h), needs by how they ended.
set role vonvay_owner;

-- Households of one commune with the same history are one row: after a yearly review there are few histories.
create or replace function loan.target_histories(p_branch smallint, p_as_of date)
returns table (area text, commune text, from_days integer[], classes integer[], households bigint, registered bigint)
language sql stable as $$
	with place as (
		select distinct on (r.household_id) r.household_id, r.area from loan.household_residence r
		where r.branch = p_branch and r.superseded_by is null and r.from_on <= p_as_of
		order by r.household_id, r.from_on desc
	), history as (
		select k.household_id, array_agg(loan.days(k.from_on) order by k.from_on) as from_days,
			array_agg(k.class::integer order by k.from_on) as classes
		from loan.household_class k
		where k.branch = p_branch and k.superseded_by is null and k.from_on <= p_as_of
		group by k.household_id
	), registered as (
		select distinct e.household_id from loan.escape_registration e
		where e.branch = p_branch and e.year = extract(year from p_as_of) and e.on_day <= p_as_of
			and (e.withdrawn_on is null or e.withdrawn_on > p_as_of)
	)
	select p.area, coalesce(u.unit, p.area), coalesce(c.from_days, '{}'), coalesce(c.classes, '{}'), count(*),
		count(g.household_id)
	from loan.household h
	join place p on p.household_id = h.household_id
	left join loan.units_on(p_branch, p_as_of) u on u.code = p.area
	left join history c on c.household_id = h.household_id
	left join registered g on g.household_id = h.household_id
	where h.branch = p_branch and h.registered_on <= p_as_of and (h.left_on is null or h.left_on > p_as_of)
	group by 1, 2, 3, 4
$$;
comment on function loan.target_histories(smallint, date) is
	'households there on a day by place and history of class, and how many of them are registered to escape poverty in that year';

create or replace function loan.target_needs(p_branch smallint, p_as_of date)
returns table (area text, commune text, kind text, need bigint, served bigint) language sql stable as $$
	select r.area, coalesce(u.unit, r.area), n.kind, count(*) filter (where e.how is distinct from 'withdrawn'),
		count(*) filter (where e.how in ('loan', 'other'))
	from loan.need n
	left join lateral loan.household_area_on(p_branch, n.household_id, p_as_of) r on true
	left join loan.units_on(p_branch, p_as_of) u on u.code = r.area
	left join loan.need_end e on e.branch = p_branch and e.need_id = n.need_id and e.superseded_by is null and e.on_day <= p_as_of
	where n.branch = p_branch and n.on_day <= p_as_of
	group by 1, 2, 3
$$;
comment on function loan.target_needs(smallint, date) is 'needs recorded up to a day and not withdrawn, and those of them that were served by then';

reset role;
set role vonvay_api;

create or replace function api.targets(p_actor bigint, p_as_of date) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return jsonb_build_object(
		'histories', (select coalesce(jsonb_agg(to_jsonb(t) || jsonb_build_object('name', coalesce(a.name, t.commune))
				order by t.commune, t.area, t.from_days, t.classes), '[]')
			from loan.target_histories(v_branch, p_as_of) t
			left join loan.area a on a.branch = v_branch and a.code = t.commune and a.superseded_at is null),
		'needs', (select coalesce(jsonb_agg(to_jsonb(t) order by t.commune, t.area, t.kind), '[]')
			from loan.target_needs(v_branch, p_as_of) t),
		'registered', (select coalesce(jsonb_agg(jsonb_build_object('commune', t.area, 'name', a.name, 'metric', t.metric,
				'value', t.value, 'on', t.on_day) order by t.area, t.metric), '[]')
			from loan.target t
			left join loan.area a on a.branch = v_branch and a.code = t.area and a.superseded_at is null
			where t.branch = v_branch and t.year = extract(year from p_as_of) and t.on_day <= p_as_of and t.superseded_by is null),
		'figures', (select coalesce(jsonb_agg(jsonb_build_object('area', f.area, 'metric', f.metric, 'kind', f.kind,
				'as_of', f.as_of, 'value', f.value::text, 'unit', f.unit, 'standard', f.standard)
				order by f.as_of, f.metric, f.kind), '[]')
			from loan.figure f where f.branch = v_branch and f.superseded_at is null));
end $$;
comment on function api.targets(bigint, date) is
	'what status.targets is counted from: histories of class, needs, targets of communes, published figures';


create or replace function api.target_register(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, p_value bigint, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
	head record := loan.write_begin(p_actor, p_door, 'target.register', p_key, p_body_sha256, p_reply, p_business, p_reference);
	v_on date;
	v_before bigint;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	v_on := loan.need_day(p, p_business);
	if not exists (select from loan.area a where a.branch = head.branch and a.code = p ->> 'commune'
			and a.kind in ('commune', 'town') and a.superseded_at is null
			and a.valid_from <= make_date((p ->> 'year')::integer, 12, 31)
			and (a.valid_to is null or a.valid_to >= make_date((p ->> 'year')::integer, 1, 1))
			and (loan.scope_homes() is null or a.code = any (loan.scope_homes()))) then
		raise exception 'no commune % in %', p ->> 'commune', p ->> 'year' using errcode = 'LN404', column = 'commune';
	end if;
	update loan.target t set superseded_by = head.entry_id
	where t.branch = head.branch and t.area = p ->> 'commune' and t.year = (p ->> 'year')::integer and t.metric = p ->> 'metric'
		and t.superseded_by is null
	returning t.value into v_before;
	insert into loan.target (branch, area, year, metric, value, on_day, entry_id)
	values (head.branch, p ->> 'commune', (p ->> 'year')::integer, p ->> 'metric', p_value, v_on, head.entry_id);
	perform loan.audit_add(head.branch, head.entry_id, 'target', concat_ws(' ', p ->> 'commune', p ->> 'year', p ->> 'metric'),
		'{value,on}');
	reply := loan.write_reply(p_actor, p_key, (p_reply::jsonb || jsonb_build_object('on', v_on,
		'replaces', v_before is not null))::text);
end $$;
comment on function api.target_register(bigint, smallint, uuid, bytea, text, date, bigint, jsonb, bigint) is
	'target.register: what a commune means to reach in a year; what it said before is superseded';

reset role;
