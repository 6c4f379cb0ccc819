-- Targets that communes register for a year.
set role vonvay_api;

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
			and (loan.scope_areas() is null or a.code = any (loan.scope_areas()))) then
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
