-- The unit that helps a household, and its plan.
set role vonvay_api;

create or replace function api.plan_assign(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
	head record := loan.write_begin(p_actor, p_door, 'plan.assign', p_key, p_body_sha256, p_reply, p_business, p_reference);
	v_from date := coalesce((p ->> 'from')::date, p_business);
	v_household bigint;
	v_plan bigint;
	v_superseded bigint;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	if (p ->> 'until')::date < v_from then
		raise exception 'the plan ends before it begins on %', v_from using errcode = 'LN422', column = 'until';
	end if;
	v_household := loan.need_household(head.branch, p, v_from);
	update loan.support_plan t set superseded_by = head.entry_id
	where t.branch = head.branch and t.household_id = v_household and t.valid_from = v_from and t.superseded_by is null
	returning t.plan_id into v_superseded;
	insert into loan.support_plan (branch, household_id, unit, valid_from, valid_to, plan, entry_id)
	values (head.branch, v_household, p ->> 'unit', v_from, (p ->> 'until')::date, p ->> 'plan', head.entry_id)
	returning plan_id into v_plan;
	perform loan.audit_add(head.branch, head.entry_id, 'support_plan', v_plan::text, '{household,unit,from,until,plan}');
	reply := loan.write_reply(p_actor, p_key, jsonb_build_object('household', lpad(v_household::text, 10, '0'),
		'unit', p ->> 'unit', 'from', v_from, 'until', p ->> 'until', 'plan', p ->> 'plan',
		'replaces', v_superseded is not null)::text);
end $$;
comment on function api.plan_assign(bigint, smallint, uuid, bytea, text, date, bigint, jsonb) is
	'plan.assign: from a day on this unit helps the household; a plan from the same day is superseded';

create or replace function api.plan_list(p_actor bigint, p jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
	v_day date := coalesce((p ->> 'as_of')::date, (select b.business_date from loan.business b where b.branch = v_branch));
	v_limit integer := coalesce((p ->> 'limit')::integer, 50);
	v_units text[] := case when p ->> 'area' is not null then loan.area_units(v_branch, p ->> 'area') end;
	v_data jsonb;
begin
	with latest as (
		select distinct on (t.household_id) t.* from loan.support_plan t
		where t.branch = v_branch and t.superseded_by is null and t.valid_from <= v_day
			and (p ->> 'household' is null or t.household_id = (p ->> 'household')::bigint)
		order by t.household_id, t.valid_from desc
	), listed as (
		select t.*, h.name, coalesce(u.unit, r.area) as commune from latest t
		join loan.household h on h.branch = v_branch and h.household_id = t.household_id
		left join lateral loan.household_area_on(v_branch, t.household_id, v_day) r on true
		left join loan.units_on(v_branch, v_day) u on u.code = r.area
		where (t.valid_to is null or t.valid_to >= v_day) and (h.left_on is null or h.left_on > v_day)
			and (v_units is null or r.area = any (v_units))
			and (p ->> 'unit' is null or loan.searchable(t.unit) like all (loan.search_patterns(p ->> 'unit')))
	), page as (
		select l.* from listed l where p ->> 'after' is null or l.household_id > (p ->> 'after')::bigint
		order by l.household_id limit v_limit
	)
	select jsonb_build_object('as_of', v_day, 'count', (select count(*) from listed),
		'plans', coalesce(jsonb_agg(jsonb_build_object('household', lpad(g.household_id::text, 10, '0'), 'name', g.name,
			'commune', g.commune, 'commune_name', a.name, 'unit', g.unit, 'from', g.valid_from, 'until', g.valid_to,
			'plan', g.plan) order by g.household_id), '[]'))
	into v_data
	from page g
	left join loan.area a on a.branch = v_branch and a.code = g.commune and a.superseded_at is null;
	return v_data;
end $$;
comment on function api.plan_list(bigint, jsonb) is 'plan.list: who helps which household on a day, in pages by number of the household';

reset role;
