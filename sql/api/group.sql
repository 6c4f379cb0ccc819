-- Reading savings and credit groups.
set role vonvay_api;

create or replace function api.group_read(p_actor bigint, p_group bigint, p_as_of date) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter(p_actor);
	v_day date := coalesce(p_as_of, (select b.business_date from loan.business b where b.branch = v_branch));
	v_data jsonb;
begin
	select jsonb_build_object('group', g.group_id, 'name', g.name, 'organisation', g.organisation, 'area', g.area,
		'hamlet', g.hamlet, 'point_id', g.point_id, 'leader', g.leader, 'formed_on', g.formed_on,
		'dissolved_on', g.dissolved_on,
		'members', (select coalesce(jsonb_agg(jsonb_build_object('household', h.household_id, 'name', h.name, 'from', m.from_on)
				order by h.search, h.household_id), '[]')
			from loan.group_member m join loan.household h on h.branch = v_branch and h.household_id = m.household_id
			where m.branch = v_branch and m.group_id = p_group and m.from_on <= v_day
				and (m.until_on is null or m.until_on > v_day)))
	into v_data
	from loan.credit_group g where g.branch = v_branch and g.group_id = p_group;
	if not found then
		raise exception 'no group %', lpad(p_group::text, 7, '0') using errcode = 'LN004', column = 'group';
	end if;
	return v_data;
end $$;
comment on function api.group_read(bigint, bigint, date) is 'a group with its members of a day (null: the business date) (LN004)';

create or replace function api.group_loans(p_actor bigint, p_group bigint, p_as_of date) returns setof bigint
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter(p_actor);
	v_day date := coalesce(p_as_of, (select b.business_date from loan.business b where b.branch = v_branch));
begin
	return query select c.loan_id from loan.contract c
	join loan.state s on s.branch = v_branch and s.loan_id = c.loan_id
	where c.branch = v_branch and c.group_id = p_group and c.contract_on <= v_day
		and (s.status between 1 and 3 or (s.status = 4 and s.last_on > v_day))
	order by c.loan_id;
end $$;
comment on function api.group_loans(bigint, bigint, date) is 'numbers of the loans of a group that are open, or were closed only after the day';

reset role;
