-- Who is calling: the peer of the Unix socket, and whom they may act as in the demo.
set role vonvay_api;

create or replace function api.staff_by_uid(p_uid integer)
returns table (staff_id bigint, branch smallint, name text, role smallint, area text, organisation smallint, may_act_as boolean)
language sql stable security definer set search_path = '' as $$
	select s.staff_id, s.branch, s.name, s.role, s.area, s.organisation, s.may_act_as from loan.staff s
	where s.uid = p_uid and s.from_on <= loan.today() and (s.until_on is null or s.until_on > loan.today())
$$;
comment on function api.staff_by_uid(integer) is 'the staff whose Unix user this is, if they may act today';

create or replace function api.staff_by_name(p_actor bigint, p_name text)
returns table (staff_id bigint, branch smallint, name text, role smallint, area text, organisation smallint, may_act_as boolean)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return query
	select s.staff_id, s.branch, s.name, s.role, s.area, s.organisation, s.may_act_as from loan.staff s
	where s.name = p_name and s.branch = v_branch
		and s.from_on <= loan.today() and (s.until_on is null or s.until_on > loan.today());
end $$;
comment on function api.staff_by_name(bigint, text) is 'staff of the actor''s branch by the name they sign in with, if they may act today';

reset role;
