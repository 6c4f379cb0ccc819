-- Checks of loans (06/TD) and groups (16/TD) and notices of what falls due: recorded, and what they are compared with.
set role vonvay_owner;

create or replace function loan.policy_int(p_name text, p_on date) returns integer language sql stable as $$
	select p.value::integer from loan.policy p
	where p.name = p_name and p.programme = '' and p.entrusted = '' and p.superseded_at is null and p.from_on <= p_on
	order by p.from_on desc limit 1
$$;
comment on function loan.policy_int(text, date) is 'the number of a policy of all programmes in force on a day';

-- Disbursements of the last twelve months that nobody has looked at since.
create or replace function loan.work_checks(p_branch smallint, p_on date) returns table (kind text, subject text,
	subject_id text, household_id bigint, group_id bigint, due_on date, detail jsonb) language sql stable as $$
	select 'check', 'loan', s.loan_id::text, s.household_id, s.group_id,
		min(f.effective_on) + loan.policy_int('check_new_days', p_on), jsonb_build_object('disbursed_on', min(f.effective_on))
	from loan.live_facts(p_branch, p_on) f
	join loan.state s on s.branch = p_branch and s.loan_id = f.loan_id and s.status between 1 and 3
	where f.kind = 2 and f.effective_on > p_on - interval '12 months' and not exists (
		select from loan.loan_check k join loan.entry e on e.branch = p_branch and e.entry_id = k.entry_id
		where k.branch = p_branch and k.loan_id = f.loan_id and k.checked_on >= f.effective_on and e.business_date <= p_on)
	group by s.loan_id, s.household_id, s.group_id
$$;
comment on function loan.work_checks(smallint, date) is 'work: loans of the last twelve months not checked since they were disbursed';

-- Scheduled within two months of the notice; what has fallen due already needs no notice any more.
create or replace function loan.work_notices(p_branch smallint, p_on date) returns table (kind text, subject text,
	subject_id text, household_id bigint, group_id bigint, due_on date, detail jsonb) language sql stable as $$
	select 'notice', 'loan', s.loan_id::text || '/' || to_char(i.due_on, 'YYYY-MM'), s.household_id, s.group_id,
		min(i.due_on) - n.days, jsonb_build_object('loan', s.loan_id::text, 'instalment_on', min(i.due_on))
	from (select loan.policy_int('notice_days', p_on) as days) n
	join loan.state s on s.branch = p_branch and s.status between 1 and 3 and s.in_term > 0
	join loan.contract c on c.branch = p_branch and c.loan_id = s.loan_id
	cross join lateral (
		select u.due_on, sum(u.amount) over (order by u.i) as upto
		from unnest(coalesce(s.due_on, c.due_on), s.amounts) with ordinality u (due_on, amount, i)) i
	where i.due_on > p_on and i.due_on <= p_on + n.days + 30 and i.upto > s.paid + s.written_off
		and not exists (select from loan.notice t where t.branch = p_branch and t.loan_id = s.loan_id
			and t.month = date_trunc('month', i.due_on)::date)
	group by s.loan_id, s.household_id, s.group_id, to_char(i.due_on, 'YYYY-MM'), n.days
$$;
comment on function loan.work_notices(smallint, date) is 'work: notices of what falls due that are not given yet';

reset role;
set role vonvay_api;

create or replace function api.check_record(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.write_begin(p_actor, p_door, 'check.record', p_key, p_body_sha256, p_reply, p_business, p_reference);
	v_loan bigint := (p ->> 'loan')::bigint;
	v_group bigint := (p ->> 'group')::bigint;
	v_on date := coalesce((p ->> 'on')::date, p_business);
	v_amount bigint := coalesce((p ->> 'amount')::bigint, 0);
	v_lossy boolean := p ->> 'result' in ('misused', 'lost');
	v_form text := case when v_loan is null then '16/TD' else '06/TD' end;
	v_number text;
	v_check bigint;
	v_contract record;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	if (v_loan is null) = (v_group is null) then
		raise exception 'one of loan and group is required' using errcode = 'LN422', column = 'loan';
	end if;
	if v_on > p_business then
		raise exception 'on must not be after %', p_business using errcode = 'LN422', column = 'on';
	end if;
	if v_lossy <> (v_amount > 0) then
		raise exception 'amount is what was misused or lost, and only that' using errcode = 'LN422', column = 'amount';
	end if;
	if v_loan is not null then
		select c.contract_on, s.disbursed into v_contract
		from loan.contract c join loan.state s on s.branch = head.branch and s.loan_id = c.loan_id
		where c.branch = head.branch and c.loan_id = v_loan;
		if not found then
			raise exception 'no loan %', v_loan using errcode = 'LN001', column = 'loan';
		end if;
		if v_on < v_contract.contract_on then
			raise exception 'loan % was made on %', v_loan, v_contract.contract_on using errcode = 'LN422', column = 'on';
		end if;
		if v_amount > v_contract.disbursed then
			raise exception 'only % was disbursed', v_contract.disbursed using errcode = 'LN422', column = 'amount';
		end if;
		if p ->> 'result' = 'faults' then
			raise exception 'faults are the result of the check of a group' using errcode = 'LN422', column = 'result';
		end if;
	else
		if not exists (select from loan.credit_group g where g.branch = head.branch and g.group_id = v_group) then
			raise exception 'no group %', lpad(v_group::text, 7, '0') using errcode = 'LN004', column = 'group';
		end if;
		if p ->> 'result' not in ('as_agreed', 'faults') then
			raise exception 'the check of a group finds it as agreed, or faults' using errcode = 'LN422', column = 'result';
		end if;
	end if;
	insert into loan.loan_check (branch, loan_id, group_id, checked_on, checked_by, result, amount, form, note, entry_id)
	values (head.branch, v_loan, v_group, v_on, p ->> 'by', p ->> 'result', v_amount, v_form, coalesce(p ->> 'note', ''), head.entry_id)
	returning check_id into v_check;
	v_number := loan.form_put(head.branch, head.entry_id, v_form, p ->> 'number', v_on,
		case when v_loan is null then 'group' else 'loan' end, coalesce(v_loan, v_group));
	if v_loan is not null then
		perform loan.application_checked(head.branch, head.entry_id, v_loan, v_on);
	end if;
	perform loan.audit_add(head.branch, head.entry_id, case when v_loan is null then 'group' else 'loan' end,
		coalesce(v_loan, v_group)::text, '{check}');
	reply := loan.write_reply(p_actor, p_key, jsonb_strip_nulls(jsonb_build_object('check', v_check::text, 'loan', v_loan::text,
		'group', lpad(v_group::text, 7, '0'), 'on', v_on, 'result', p ->> 'result', 'amount', v_amount, 'form', v_form,
		'number', v_number))::text);
end $$;
comment on function api.check_record(bigint, smallint, uuid, bytea, text, date, bigint, jsonb) is
	'check.record: what a check of a loan or group found, with its form (LN001, LN004, LN422)';

-- What has to be checked: rule new_loan (each disbursement since a day), inactive (no transaction since a day), each_group, earlier (open
-- loans disbursed before the year). checked_on: the first check since base_on, for group and earlier the last of the year.
create or replace function api.check_rows(p_actor bigint, p_on date, p_year date, p_before date, p_group bigint, p_point integer,
	p_organisation text)
returns table (rule text, loan_id bigint, household_id bigint, name text, group_id bigint, group_name text, programme text,
	base_on date, checked_on date, difficult boolean, balance bigint, frozen bigint)
language plpgsql stable security definer set search_path = '' set work_mem = '32MB' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return query
	with s as materialized (
		select w.loan_id, w.household_id, coalesce(w.group_id, 0) as group_id, (w.in_term + w.overdue + w.frozen)::bigint as balance,
			w.frozen::bigint as frozen
		from loan.watched(v_branch, p_group, p_point, p_organisation) w
	), fact as materialized (
		select f.loan_id, f.kind, f.effective_on from loan.live_facts(v_branch, p_on) f where f.kind between 1 and 5
	), checks as materialized (
		select k.loan_id, k.group_id, k.checked_on from loan.loan_check k where k.branch = v_branch and k.checked_on <= p_on
	), due as (
		select 'new_loan' as rule, s.loan_id, f.effective_on as base_on,
			(select min(k.checked_on) from checks k where k.loan_id = s.loan_id and k.checked_on >= f.effective_on) as checked_on
		from s join fact f on f.loan_id = s.loan_id and f.kind = 2 and f.effective_on >= p_year
		union all
		select 'inactive', s.loan_id, max(f.effective_on), (select max(k.checked_on) from checks k where k.loan_id = s.loan_id)
		from s join fact f on f.loan_id = s.loan_id group by s.loan_id having max(f.effective_on) < p_before
		union all
		select 'earlier', s.loan_id, min(f.effective_on),
			(select max(k.checked_on) from checks k where k.loan_id = s.loan_id and k.checked_on >= p_year)
		from s join fact f on f.loan_id = s.loan_id and f.kind between 1 and 2
		where s.group_id <> 0 group by s.loan_id having min(f.effective_on) < p_year
	)
	select d.rule, d.loan_id, s.household_id, h.name, s.group_id, coalesce(g.name, ''), c.programme, d.base_on, d.checked_on,
		coalesce(a.difficulty, 0) > 0, s.balance, s.frozen
	from due d
	join s on s.loan_id = d.loan_id
	join loan.contract c on c.branch = v_branch and c.loan_id = d.loan_id
	join loan.household h on h.branch = v_branch and h.household_id = s.household_id
	left join loan.credit_group g on g.branch = v_branch and g.group_id = s.group_id
	left join loan.units_on(v_branch, p_on) u on u.code = g.area
	left join loan.area a on a.branch = v_branch and a.code = coalesce(u.unit, g.area) and a.superseded_at is null
	union all
	select 'each_group', null, null, null, g.group_id, g.name, null, g.formed_on,
		(select max(k.checked_on) from checks k where k.group_id = g.group_id and k.checked_on >= p_year), false, 0, 0
	from loan.credit_group g
	where g.branch = v_branch and (g.dissolved_on is null or g.dissolved_on > p_on) and g.formed_on <= p_on
		and (p_group is null or g.group_id = p_group) and (p_point is null or g.point_id = p_point)
		and (p_organisation is null or g.organisation = (select o.organisation from loan.organisation o where o.word = p_organisation))
	order by 1, 5, 2, 8;
end $$;
comment on function api.check_rows(bigint, date, date, date, bigint, integer, text) is
	'all that the rules of checking ask for, with the check that there is';

create or replace function api.notice_give(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
	head record := loan.write_begin(p_actor, p_door, 'notice.give', p_key, p_body_sha256, p_reply, p_business, p_reference);
	v_on date := coalesce((p ->> 'on')::date, p_business);
	v_month date;
	v_loans bigint[] := array(select distinct x::bigint from jsonb_array_elements_text(p -> 'loans') x order by 1);
	v_bad bigint;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	begin
		v_month := to_date(p ->> 'month', 'YYYY-MM');
	exception when others then
		v_month := null;
	end;
	if v_month is null or to_char(v_month, 'YYYY-MM') <> p ->> 'month' then
		raise exception 'month must be YYYY-MM' using errcode = 'LN422', column = 'month';
	end if;
	if v_on > p_business or v_month + interval '1 month' <= v_on then
		raise exception 'on must not be after % nor after the month', p_business using errcode = 'LN422', column = 'on';
	end if;
	-- scheduled in the month, or in the one before with a session that was cancelled
	select l into v_bad from unnest(v_loans) l
	where not exists (
		select from loan.state s join loan.contract c on c.branch = head.branch and c.loan_id = s.loan_id,
			lateral (select u.due_on, sum(u.amount) over (order by u.i) as upto
				from unnest(coalesce(s.due_on, c.due_on), s.amounts) with ordinality u (due_on, amount, i)) i
		where s.branch = head.branch and s.loan_id = l and s.status between 1 and 3 and i.upto > s.paid + s.written_off
			and i.due_on >= v_month - interval '1 month' and i.due_on < v_month + interval '1 month')
	order by 1 limit 1;
	if found then
		raise exception 'nothing of loan % falls due in %', v_bad, p ->> 'month' using errcode = 'LN422', column = 'loans';
	end if;
	select l into v_bad from unnest(v_loans) l join loan.notice n on n.branch = head.branch and n.loan_id = l and n.month = v_month
	order by 1 limit 1;
	if found then
		raise exception 'loan % has its notice for % already', v_bad, p ->> 'month' using errcode = 'LN014', column = 'loans';
	end if;
	insert into loan.notice (branch, loan_id, month, given_on, given_to, entry_id)
	select head.branch, l, v_month, v_on, coalesce(p ->> 'to', ''), head.entry_id from unnest(v_loans) l;
	reply := loan.write_reply(p_actor, p_key,
		jsonb_build_object('month', p ->> 'month', 'on', v_on, 'notices', cardinality(v_loans))::text);
exception when unique_violation then
	raise exception 'one of the loans has its notice for % already', p ->> 'month' using errcode = 'LN014', column = 'loans';
end $$;
comment on function api.notice_give(bigint, smallint, uuid, bytea, text, date, bigint, jsonb) is
	'notice.give: borrowers were told what falls due in a month (LN422: nothing does; LN014: told already)';

create or replace function api.notice_given(p_actor bigint, p_month date)
returns table (loan_id bigint, given_on date, given_to text, actor text)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return query
	select n.loan_id, n.given_on, n.given_to, s.name
	from loan.notice n
	join loan.entry e on e.branch = v_branch and e.entry_id = n.entry_id
	join loan.staff s on s.staff_id = e.actor
	where n.branch = v_branch and n.month = p_month
	order by n.loan_id;
end $$;
comment on function api.notice_given(bigint, date) is 'the notices given for a month, by loan';

reset role;
