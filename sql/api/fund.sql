-- Funds: who gives the money, what may be lent of it for a programme in a year, what is left.
set role vonvay_owner;

create or replace function loan.fund_title(p_branch smallint, p_fund smallint, out name text, out kind text)
language plpgsql stable as $$
begin
	select f.name_vi, c.word into name, kind
	from loan.fund f join loan.code c on c.kind = 'fund' and c.code = f.kind where f.branch = p_branch and f.fund = p_fund;
	if not found then
		raise exception 'no fund %', p_fund using errcode = 'LN404', column = 'fund';
	end if;
end $$;
comment on function loan.fund_title(smallint, smallint) is 'name and kind of a fund (LN404)';

create or replace function loan.fund_row(p_branch smallint, p_fund smallint, p_programme text, p_year integer, p_on date) returns jsonb
language plpgsql stable as $$
declare
	a loan.fund_appropriation;
	flow record := loan.fund_flow(p_branch, p_fund, p_programme, p_year);
	t record := loan.fund_title(p_branch, p_fund);
	v_revolving boolean := loan.fund_revolving(p_programme, p_on);
begin
	select x.* into a from loan.fund_appropriation x where x.branch = p_branch and x.fund = p_fund and x.programme = p_programme
		and x.year = p_year and x.superseded_by is null;
	return jsonb_build_object('fund', p_fund, 'name', t.name, 'kind', t.kind, 'programme', p_programme, 'year', p_year,
		'appropriated', a.amount, 'decision', a.decision, 'decided_on', a.decided_on, 'lent', flow.lent, 'collected', flow.collected,
		'left', a.amount - flow.lent + case when v_revolving then flow.collected else 0 end, 'revolving', v_revolving);
end $$;
comment on function loan.fund_row(smallint, smallint, text, integer, date) is
	'a fund, programme and year: appropriated, lent, collected back, left (null: nothing was appropriated, so nothing limits it)';

reset role;
set role vonvay_api;

create or replace function api.fund_add(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.write_begin(p_actor, p_door, 'fund.add', p_key, p_body_sha256, p_reply, p_business, p_reference);
	v_kind smallint := (select c.code from loan.code c where c.kind = 'fund' and c.word = p ->> 'kind');
	v_fund smallint;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	perform loan.enter_all(p_actor);
	if (v_kind = 4) <> (p ? 'organisation') then
		raise exception 'a fund of kind organisation names its organisation, and only such a one'
			using errcode = 'LN422', column = 'organisation';
	end if;
	perform pg_advisory_xact_lock(7263004, 0);
	select coalesce(max(f.fund), 0) + 1 into v_fund from loan.fund f where f.branch = head.branch;
	insert into loan.fund (branch, fund, kind, owner, organisation, name_vi, name_en, from_on, mark, entry_id)
	values (head.branch, v_fund, v_kind, p ->> 'owner',
		(select o.organisation from loan.organisation o where o.word = p ->> 'organisation'),
		p ->> 'name', p ->> 'name', coalesce((p ->> 'from')::date, p_business), 'found', entry_id);
	perform loan.reference_raise();
	perform loan.audit_add(head.branch, entry_id, 'fund', v_fund::text, array['kind', 'owner', 'name', 'from_on', 'organisation']);
	reply := loan.write_reply(p_actor, p_key, jsonb_build_object('fund', v_fund, 'kind', p ->> 'kind', 'name', p ->> 'name',
		'owner', p ->> 'owner', 'organisation', p ->> 'organisation', 'from', coalesce((p ->> 'from')::date, p_business))::text);
end $$;
comment on function api.fund_add(bigint, smallint, uuid, bytea, text, date, bigint, jsonb) is
	'fund.add: an investor, a local budget or the own support fund of an organisation gives money; its number';

create or replace function api.fund_appropriate(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.write_begin(p_actor, p_door, 'fund.appropriate', p_key, p_body_sha256, p_reply, p_business, p_reference);
	v_fund smallint := (p ->> 'fund')::smallint;
	v_year smallint := (p ->> 'year')::smallint;
	v_programme text := p ->> 'programme';
	v_decided date := coalesce((p ->> 'decided_on')::date, p_business);
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	perform loan.enter_all(p_actor);
	perform loan.fund_title(head.branch, v_fund);
	if not exists (select from loan.programme g where g.code = v_programme) then
		raise exception 'no programme %', v_programme using errcode = 'LN422', column = 'programme';
	end if;
	if v_decided > p_business then
		raise exception '% lies after the business date %', v_decided, p_business using errcode = 'LN007', column = 'decided_on';
	end if;
	perform loan.fund_lock(head.branch, v_fund, v_programme, v_year);
	update loan.fund_appropriation a set superseded_by = head.entry_id
	where a.branch = head.branch and a.fund = v_fund and a.programme = v_programme and a.year = v_year and a.superseded_by is null;
	insert into loan.fund_appropriation (branch, fund, programme, year, amount, decision, decided_on, entry_id)
	values (head.branch, v_fund, v_programme, v_year, (p ->> 'amount')::bigint, p ->> 'decision', v_decided, entry_id);
	perform loan.audit_add(head.branch, entry_id, 'fund', v_fund::text, array['programme', 'year', 'amount', 'decision', 'decided_on']);
	reply := loan.write_reply(p_actor, p_key, loan.fund_row(head.branch, v_fund, v_programme, v_year, p_business)::text);
end $$;
comment on function api.fund_appropriate(bigint, smallint, uuid, bytea, text, date, bigint, jsonb) is
	'fund.appropriate: what may be lent of a fund for a programme in a year; a later decision takes the place of an earlier one';

create or replace function api.fund_list(p_actor bigint, p jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return jsonb_build_object('funds', (select jsonb_agg(jsonb_build_object('fund', f.fund, 'kind', c.word, 'name', f.name_vi,
			'owner', f.owner, 'organisation', o.word, 'from', f.from_on, 'until', f.until_on) order by f.fund)
		from loan.fund f join loan.code c on c.kind = 'fund' and c.code = f.kind
		left join loan.organisation o on o.organisation = f.organisation
		where f.branch = v_branch));
end $$;
comment on function api.fund_list(bigint, jsonb) is 'the funds of the branch with their owners';

create or replace function api.fund_status(p_actor bigint, p jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter_all(p_actor);
	v_business date := (select b.business_date from loan.business b where b.branch = v_branch);
	v_year integer := coalesce((p ->> 'year')::integer, extract(year from v_business)::integer);
	v_rows jsonb;
begin
	select coalesce(jsonb_agg(loan.fund_row(v_branch, k.fund, k.programme, v_year, v_business) order by k.fund, k.programme), '[]')
	into v_rows
	from (
		select a.fund, a.programme from loan.fund_appropriation a
		where a.branch = v_branch and a.year = v_year and a.superseded_by is null
		union
		select c.fund, c.programme from loan.fact f
		join loan.contract c on c.branch = v_branch and c.loan_id = f.loan_id
		where f.branch = v_branch and f.kind = 2 and f.effective_on >= make_date(v_year, 1, 1)
			and f.effective_on < make_date(v_year + 1, 1, 1)
	) k
	where (p ->> 'fund' is null or k.fund = (p ->> 'fund')::smallint)
		and (p ->> 'programme' is null or k.programme = p ->> 'programme');
	return jsonb_build_object('year', v_year, 'rows', v_rows, 'total', (select jsonb_build_object(
			'appropriated', sum((r ->> 'appropriated')::bigint), 'lent', coalesce(sum((r ->> 'lent')::bigint), 0),
			'collected', coalesce(sum((r ->> 'collected')::bigint), 0), 'left', sum((r ->> 'left')::bigint))
		from jsonb_array_elements(v_rows) r));
end $$;
comment on function api.fund_status(bigint, jsonb) is
	'funds by programme in a year: appropriated, lent, collected back, left; what was lent without an appropriation too';

create or replace function api.fund_history(p_actor bigint, p jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return jsonb_build_object('appropriations', (select coalesce(jsonb_agg(jsonb_build_object('programme', a.programme,
			'year', a.year, 'amount', a.amount, 'decision', a.decision, 'decided_on', a.decided_on, 'by', s.name,
			'recorded_at', loan.moment(e.recorded_at), 'in_force', a.superseded_by is null)
			order by a.year desc, a.programme, a.row_id desc), '[]')
		from loan.fund_appropriation a join loan.entry e on e.entry_id = a.entry_id join loan.staff s on s.staff_id = e.actor
		where a.branch = v_branch and a.fund = (p ->> 'fund')::smallint));
end $$;
comment on function api.fund_history(bigint, jsonb) is 'all appropriations of a fund, those that others took the place of too';

reset role;
