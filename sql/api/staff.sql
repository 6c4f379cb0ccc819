-- Who is calling: the peer of the Unix socket, the name of a certificate, and whom they may act as in the demo.
set role vonvay_owner;

create or replace function loan.staff_add(p_branch integer, p_name text, p_full_name text, p_role integer, p_from date,
	p_area text default null, p_organisation integer default null, p_point text default null, p_uid integer default null,
	p_may_act_as boolean default false, p_entry bigint default null) returns bigint language plpgsql as $$
declare
	v_staff bigint;
	v_point integer;
begin
	select t.point_id into v_point from loan.point t where t.branch = p_branch and t.code = p_point;
	if not found and p_point is not null then
		raise exception 'no transaction point %', p_point using errcode = 'LN404', column = 'point';
	end if;
	insert into loan.staff (branch, name, full_name, uid, may_act_as, from_on)
	values (p_branch, p_name, p_full_name, p_uid, p_may_act_as, p_from)
	returning staff_id into v_staff;
	insert into loan.staff_role (staff_id, branch, role, area, organisation, point_id, from_on, entry_id)
	values (v_staff, p_branch, p_role, p_area, p_organisation, v_point, p_from, p_entry);
	return v_staff;
end $$;
comment on function loan.staff_add(integer, text, text, integer, date, text, integer, text, integer, boolean, bigint) is
	'a new member of staff with the first role; entry null: put in by the operator. Their number';

create or replace function loan.staff_now(p_staff bigint)
returns table (staff_id bigint, branch smallint, name text, role smallint, area text, organisation smallint, point_id integer,
	may_act_as boolean) language sql stable as $$
	select s.staff_id, s.branch, s.name, r.role, r.area, r.organisation, r.point_id, s.may_act_as
	from loan.staff s cross join lateral loan.staff_role_on(s.staff_id, loan.today()) r
	where s.staff_id = p_staff and s.from_on <= loan.today() and (s.until_on is null or s.until_on > loan.today())
		and r.row_id is not null
$$;
comment on function loan.staff_now(bigint) is 'a member of staff as they are today; no row when they may not act';

reset role;
set role vonvay_api;

create or replace function api.staff_by_uid(p_uid integer)
returns table (staff_id bigint, branch smallint, name text, role smallint, area text, organisation smallint, point_id integer,
	may_act_as boolean)
language sql stable security definer set search_path = '' as $$
	select n.* from loan.staff s cross join lateral loan.staff_now(s.staff_id) n where s.uid = p_uid
$$;
comment on function api.staff_by_uid(integer) is 'the staff whose Unix user this is, if they may act today';

create or replace function api.staff_by_certificate(p_name text, p_not_before timestamptz)
returns table (staff_id bigint, branch smallint, name text, role smallint, area text, organisation smallint, point_id integer,
	may_act_as boolean)
language sql stable security definer set search_path = '' as $$
	select n.* from loan.staff s cross join lateral loan.staff_now(s.staff_id) n
	where s.name = p_name and (s.certificates_from is null or p_not_before >= s.certificates_from) and n.role <> 9
$$;
comment on function api.staff_by_certificate(text, timestamptz) is
	'the staff a client certificate names, if they may act today and it began after their certificates were reset';

create or replace function api.staff_by_name(p_actor bigint, p_name text)
returns table (staff_id bigint, branch smallint, name text, role smallint, area text, organisation smallint, point_id integer,
	may_act_as boolean)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return query
	select n.* from loan.staff s cross join lateral loan.staff_now(s.staff_id) n where s.name = p_name and s.branch = v_branch;
end $$;
comment on function api.staff_by_name(bigint, text) is 'staff of the actor''s branch by the name they sign in with, if they may act today';

reset role;
