-- Needs of households (credit, training, job, ...): recorded, served by a loan or otherwise, withdrawn; who still waits.
set role vonvay_owner;

create or replace function loan.need_day(p jsonb, p_business date) returns date language plpgsql immutable as $$
declare
	v_on date := coalesce((p ->> 'on')::date, p_business);
begin
	if v_on > p_business then
		raise exception '% lies after the business date %', v_on, p_business using errcode = 'LN007', column = 'on';
	end if;
	return v_on;
end $$;
comment on function loan.need_day(jsonb, date) is 'the parameter on, by default the business date; never after it (LN007)';

create or replace function loan.need_household(p_branch smallint, p jsonb, p_on date) returns bigint language plpgsql as $$
declare
	h loan.household;
begin
	perform pg_advisory_xact_lock(7263002, hashint8((p ->> 'household')::bigint));
	select t.* into h from loan.household t where t.branch = p_branch and t.household_id = (p ->> 'household')::bigint;
	if not found then
		raise exception 'no household %', lpad(p ->> 'household', 10, '0') using errcode = 'LN003', column = 'household';
	end if;
	if p_on < h.registered_on or p_on >= h.left_on then
		raise exception 'household % is registered from % on%', lpad(h.household_id::text, 10, '0'), h.registered_on,
			coalesce(' and left on ' || h.left_on, '') using errcode = 'LN007', column = 'on';
	end if;
	return h.household_id;
end $$;
comment on function loan.need_household(smallint, jsonb, date) is
	'the parameter household, which the actor sees (LN003) and which is there on that day (LN007); others wait for this write';

create or replace function loan.household_area_on(p_branch smallint, p_household bigint, p_day date, out area text, out hamlet text)
language sql stable as $$
	select r.area, r.hamlet from loan.household_residence r
	where r.branch = p_branch and r.household_id = p_household and r.superseded_by is null and r.from_on <= p_day
	order by r.from_on desc limit 1
$$;
comment on function loan.household_area_on(smallint, bigint, date) is 'where a household lives on a day, by the code of that time';

create or replace function loan.need_end_add(p_branch smallint, p_entry bigint, p_need bigint, p_on date, p_how text,
	p_reference text) returns bigint language plpgsql as $$
declare
	n loan.need;
	e loan.need_end;
begin
	select t.* into n from loan.need t where t.branch = p_branch and t.need_id = p_need;
	if not found then
		raise exception 'no need %', p_need using errcode = 'LN404', column = 'need';
	end if;
	perform pg_advisory_xact_lock(7263002, hashint8(n.household_id));
	select t.* into e from loan.need_end t where t.branch = p_branch and t.need_id = p_need and t.superseded_by is null;
	if found then
		raise exception 'need % ended on % already (%)', p_need, e.on_day, e.how using errcode = 'LN014', column = 'need';
	end if;
	if p_on < n.on_day then
		raise exception 'need % was recorded for %', p_need, n.on_day using errcode = 'LN007', column = 'on';
	end if;
	insert into loan.need_end (branch, need_id, household_id, on_day, how, reference, entry_id)
	values (p_branch, p_need, n.household_id, p_on, p_how, p_reference, p_entry);
	return n.household_id;
end $$;
comment on function loan.need_end_add(smallint, bigint, bigint, date, text, text) is
	'a need ends: served by a loan or otherwise, or withdrawn; once (LN014), not before it was recorded (LN007)';

-- One loan serves one need: the oldest that names its programme, else the oldest that names none.
create or replace function loan.need_serve_credit(p_branch smallint, p_entry bigint, p_household bigint, p_programme text, p_on date)
returns bigint language plpgsql as $$
declare
	v_need bigint;
begin
	select n.need_id into v_need from loan.need n
	where n.branch = p_branch and n.household_id = p_household and n.kind = 'credit' and n.on_day <= p_on
		and (n.programme is null or n.programme = p_programme)
		and not exists (select from loan.need_end e
			where e.branch = p_branch and e.need_id = n.need_id and e.superseded_by is null)
	order by n.programme is null, n.on_day, n.need_id limit 1;
	if v_need is not null then
		perform loan.need_end_add(p_branch, p_entry, v_need, p_on, 'loan', coalesce((select c.loan_id::text
			from loan.contract c where c.branch = p_branch and c.household_id = p_household and c.entry_id = p_entry
			order by c.loan_id limit 1), ''));
	end if;
	return v_need;
end $$;
comment on function loan.need_serve_credit(smallint, bigint, bigint, text, date) is
	'a new contract of this write serves the open credit need of the household; its number, null: there is none';

create or replace function loan.need_unserve(p_branch smallint, p_entry bigint, p_of_entry bigint) returns bigint
language sql as $$
	with reopened as (
		update loan.need_end e set superseded_by = p_entry
		where e.branch = p_branch and e.entry_id = p_of_entry and e.how = 'loan' and e.superseded_by is null
		returning 1
	)
	select count(*) from reopened
$$;
comment on function loan.need_unserve(smallint, bigint, bigint) is
	'the write p_of_entry disbursed and is taken back: the needs it served are open again; how many';

create or replace function loan.need_check_credit(p jsonb) returns void language plpgsql stable as $$
begin
	if p ->> 'kind' = 'credit' and (p -> 'amount') is null then
		raise exception 'a need of credit has an amount' using errcode = 'LN422', column = 'amount';
	end if;
	if p ->> 'kind' <> 'credit' and (p -> 'amount') is not null then
		raise exception 'only a need of credit has an amount' using errcode = 'LN422', column = 'amount';
	end if;
	if p ->> 'kind' <> 'credit' and (p -> 'programme') is not null then
		raise exception 'only a need of credit names a programme' using errcode = 'LN422', column = 'programme';
	end if;
	if p ->> 'programme' is not null and not exists (select from loan.programme t where t.code = p ->> 'programme') then
		raise exception 'no programme %', p ->> 'programme' using errcode = 'LN422', column = 'programme';
	end if;
end $$;
comment on function loan.need_check_credit(jsonb) is 'amount and programme belong to a need of credit, the amount always (LN422)';

reset role;
set role vonvay_api;

create or replace function api.need_record(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
	head record := loan.write_begin(p_actor, p_door, 'need.record', p_key, p_body_sha256, p_reply, p_business, p_reference);
	v_on date;
	v_household bigint;
	v_need bigint;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	perform loan.need_check_credit(p);
	v_on := loan.need_day(p, p_business);
	v_household := loan.need_household(head.branch, p, v_on);
	select n.need_id into v_need from loan.need n
	where n.branch = head.branch and n.household_id = v_household and n.kind = p ->> 'kind'
		and n.programme is not distinct from p ->> 'programme'
		and not exists (select from loan.need_end e
			where e.branch = head.branch and e.need_id = n.need_id and e.superseded_by is null);
	if found then
		raise exception 'need % of this household is the same and still open', v_need using errcode = 'LN014', column = 'kind';
	end if;
	insert into loan.need (branch, household_id, kind, on_day, amount, programme, note, entry_id)
	values (head.branch, v_household, p ->> 'kind', v_on, (p ->> 'amount')::bigint, p ->> 'programme',
		coalesce(p ->> 'note', ''), head.entry_id) returning need_id into v_need;
	perform loan.audit_add(head.branch, head.entry_id, 'need', v_need::text, '{household,kind,on,amount,programme,note}');
	reply := loan.write_reply(p_actor, p_key, jsonb_build_object('need', v_need::text,
		'household', lpad(v_household::text, 10, '0'), 'kind', p ->> 'kind', 'on', v_on, 'amount', p -> 'amount',
		'programme', p ->> 'programme', 'note', coalesce(p ->> 'note', ''))::text);
end $$;
comment on function api.need_record(bigint, smallint, uuid, bytea, text, date, bigint, jsonb) is
	'need.record: a need of a household from a day on; the same need is not open twice (LN014)';

create or replace function api.need_serve(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
	head record := loan.write_begin(p_actor, p_door, 'need.serve', p_key, p_body_sha256, p_reply, p_business, p_reference);
	v_on date;
	v_household bigint;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	v_on := loan.need_day(p, p_business);
	v_household := loan.need_end_add(head.branch, head.entry_id, (p ->> 'need')::bigint, v_on, p ->> 'by',
		coalesce(p ->> 'reference', ''));
	if p ->> 'by' = 'loan' then
		if not exists (select from loan.need n
				where n.branch = head.branch and n.need_id = (p ->> 'need')::bigint and n.kind = 'credit') then
			raise exception 'only a need of credit is served by a loan' using errcode = 'LN422', column = 'by';
		end if;
		if not exists (select from loan.contract c
				where c.branch = head.branch and c.household_id = v_household and c.loan_id::text = p ->> 'reference') then
			raise exception 'the household has no loan %', coalesce(p ->> 'reference', '') using errcode = 'LN422',
				column = 'reference';
		end if;
	end if;
	perform loan.audit_add(head.branch, head.entry_id, 'need', p ->> 'need', '{served}');
	reply := loan.write_reply(p_actor, p_key, jsonb_build_object('need', p ->> 'need',
		'household', lpad(v_household::text, 10, '0'), 'on', v_on, 'by', p ->> 'by',
		'reference', coalesce(p ->> 'reference', ''))::text);
end $$;
comment on function api.need_serve(bigint, smallint, uuid, bytea, text, date, bigint, jsonb) is
	'need.serve: a need was served, by a loan of the household or otherwise';

create or replace function api.need_withdraw(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
	head record := loan.write_begin(p_actor, p_door, 'need.withdraw', p_key, p_body_sha256, p_reply, p_business, p_reference);
	v_on date;
	v_household bigint;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	v_on := loan.need_day(p, p_business);
	v_household := loan.need_end_add(head.branch, head.entry_id, (p ->> 'need')::bigint, v_on, 'withdrawn',
		coalesce(p ->> 'note', ''));
	perform loan.audit_add(head.branch, head.entry_id, 'need', p ->> 'need', '{withdrawn}');
	reply := loan.write_reply(p_actor, p_key, jsonb_build_object('need', p ->> 'need',
		'household', lpad(v_household::text, 10, '0'), 'on', v_on, 'withdrawn', true)::text);
end $$;
comment on function api.need_withdraw(bigint, smallint, uuid, bytea, text, date, bigint, jsonb) is
	'need.withdraw: the household no longer has this need; it counts neither as unmet nor as served';

create or replace function api.need_list(p_actor bigint, p jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
	v_day date := coalesce((p ->> 'as_of')::date, (select b.business_date from loan.business b where b.branch = v_branch));
	v_limit integer := coalesce((p ->> 'limit')::integer, 50);
	v_units text[] := case when p ->> 'area' is not null then loan.area_units(v_branch, p ->> 'area') end;
	v_after record;
	v_data jsonb;
begin
	select n.on_day, n.need_id into v_after from loan.need n
	where n.branch = v_branch and n.need_id = (p ->> 'after')::bigint;
	if p ->> 'after' is not null and v_after.need_id is null then
		raise exception 'no need %', p ->> 'after' using errcode = 'LN404', column = 'after';
	end if;
	with open as (
		select n.*, r.area, r.hamlet from loan.need n
		left join lateral loan.household_area_on(v_branch, n.household_id, v_day) r on true
		where n.branch = v_branch and n.on_day <= v_day
			and (p ->> 'kind' is null or n.kind = p ->> 'kind')
			and (p ->> 'household' is null or n.household_id = (p ->> 'household')::bigint)
			and (p ->> 'since' is null or n.on_day >= (p ->> 'since')::date)
			and (v_units is null or r.area = any (v_units))
			and not exists (select from loan.need_end e where e.branch = v_branch and e.need_id = n.need_id
				and e.superseded_by is null and e.on_day <= v_day)
	), page as (
		select o.* from open o
		where p ->> 'after' is null or (o.on_day, o.need_id) > (v_after.on_day, v_after.need_id)
		order by o.on_day, o.need_id limit v_limit
	)
	select jsonb_build_object('as_of', v_day, 'count', (select count(*) from open),
		'amount', (select coalesce(sum(o.amount), 0) from open o),
		'needs', coalesce(jsonb_agg(jsonb_build_object('need', g.need_id::text,
			'household', lpad(g.household_id::text, 10, '0'), 'name', h.name, 'commune', coalesce(u.unit, g.area),
			'commune_name', a.name, 'hamlet', g.hamlet, 'kind', g.kind, 'since', g.on_day, 'days', v_day - g.on_day,
			'amount', g.amount, 'programme', g.programme, 'note', g.note) order by g.on_day, g.need_id), '[]'))
	into v_data
	from page g
	join loan.household h on h.branch = v_branch and h.household_id = g.household_id
	left join loan.units_on(v_branch, v_day) u on u.code = g.area
	left join loan.area a on a.branch = v_branch and a.code = coalesce(u.unit, g.area) and a.superseded_at is null;
	return v_data;
end $$;
comment on function api.need_list(bigint, jsonb) is
	'need.list: needs that are not met on a day, the oldest first, in pages; count and amount are of all pages';

reset role;
