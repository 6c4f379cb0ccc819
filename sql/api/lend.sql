-- Lending: what every disbursement has in common, the funds it is made from, the study of a student loan.
set role vonvay_owner;

-- {"households": [{household_id, household_seen}] of a further drawdown, "study": {...} of a student loan}
create or replace function loan.disburse_begin(p_branch smallint, p_entry bigint, p_business date, p_contracts jsonb, p_more jsonb)
returns void language plpgsql as $$
begin
	perform loan.write_households(p_branch, p_business, coalesce(p_more -> 'households', p_contracts));
	perform loan.write_contracts(p_branch, p_entry, p_contracts);
	insert into loan.contract_study (branch, loan_id, student_no, school, course_months, study_months, twice, approved, entry_id)
	select p_branch, c.loan_id, s.student_no, s.school, s.course_months, s.study_months, s.twice, s.approved, p_entry
	from jsonb_to_recordset(p_contracts) c (loan_id bigint),
		jsonb_to_record(p_more -> 'study') s (student_no smallint, school text, course_months smallint,
			study_months smallint, twice boolean, approved bigint)
	where p_more ? 'study';
end $$;
comment on function loan.disburse_begin(smallint, bigint, date, jsonb, jsonb) is
	'before the batch of a disbursement: the loans of the household are those C decided with (LN409); a new contract, its study';

-- Principal of a fund in a programme and year: lent, less what was taken back again; collected in cash or from deposits.
-- Compensations of a reversed fact stand on the day of that fact, so their sums are those of what still counts.
create or replace function loan.fund_flow(p_branch smallint, p_fund smallint, p_programme text, p_year integer,
	out lent bigint, out collected bigint)
language plpgsql stable as $$
declare
	v_from date := make_date(p_year, 1, 1);
	v_until date := make_date(p_year + 1, 1, 1);
	v_net bigint;
begin
	select coalesce(sum(f.amount), 0) into lent
	from loan.fact f
	join loan.contract c on c.branch = p_branch and c.loan_id = f.loan_id and c.fund = p_fund and c.programme = p_programme
	where f.branch = p_branch and f.kind = 2 and f.effective_on >= v_from and f.effective_on < v_until
		and not exists (select from loan.fact r where r.branch = p_branch and r.loan_id = f.loan_id and r.reverses = f.no);
	select coalesce(sum(case when p.debit in (2111, 2112, 2113) then p.amount else -p.amount end), 0) into v_net
	from loan.posting p
	join loan.contract c on c.branch = p_branch and c.loan_id = p.loan_id and c.fund = p_fund and c.programme = p_programme
	where p.branch = p_branch and p.effective_on >= v_from and p.effective_on < v_until
		and (p.debit in (2111, 2112, 2113) or p.credit in (2111, 2112, 2113))
		and case when p.debit in (2111, 2112, 2113) then p.credit else p.debit end in (1011, 4232);
	collected := lent - v_net;
end $$;
comment on function loan.fund_flow(smallint, smallint, text, integer) is
	'principal of a fund lent for a programme in a year, and principal collected back from its loans in that year';

create or replace function loan.fund_revolving(p_programme text, p_on date) returns boolean language sql stable as $$
	select coalesce((select p.value = 'yes' from loan.policy p
		where p.name = 'fund_revolving' and p.superseded_at is null and p.programme in ('', p_programme) and p.from_on <= p_on
		order by p.programme <> '' desc, p.from_on desc limit 1), false)
$$;
comment on function loan.fund_revolving(text, date) is 'policy fund_revolving: what was collected back in a year may be lent again in it';

-- After the rows are written: what is left of each appropriation the batch has drawn from. Others of the same fund,
-- programme and year wait for this write.
create or replace function loan.fund_check(p_branch smallint, p_facts bigint[]) returns void language plpgsql as $$
declare
	a record;
	v_flow record;
	v_left bigint;
begin
	for a in
		select t.row_id, t.fund, t.programme, t.year, t.amount, t.decision, f.name_vi, max(d.on_day) as on_day
		from (select distinct c.fund, c.programme, loan.day(p_facts[i][4]) as on_day
			from generate_subscripts(p_facts, 1) i
			join loan.contract c on c.branch = p_branch and c.loan_id = p_facts[i][1]
			where p_facts[i][3] = 2) d
		join loan.fund_appropriation t on t.branch = p_branch and t.fund = d.fund and t.programme = d.programme
			and t.year = extract(year from d.on_day) and t.superseded_by is null
		join loan.fund f on f.branch = p_branch and f.fund = t.fund
		group by 1, 2, 3, 4, 5, 6, 7 order by t.row_id
	loop
		v_flow := loan.fund_flow(p_branch, a.fund, a.programme, a.year);
		v_left := a.amount - v_flow.lent
			+ case when loan.fund_revolving(a.programme, a.on_day) then v_flow.collected else 0 end;
		if v_left < 0 then
			raise exception 'fund % (%), programme %, year %: % đồng more than is left of the appropriation of % (%)',
				a.fund, a.name_vi, a.programme, a.year, -v_left, a.amount, a.decision
				using errcode = 'LN040', column = 'amount';
		end if;
	end loop;
end $$;
comment on function loan.fund_check(smallint, bigint[]) is
	'a disbursement above what is left of an appropriation of its fund, programme and year is refused (LN040), naming it';

create or replace function loan.disburse_end(p_branch smallint, p_entry bigint, p_contracts jsonb, p_facts bigint[]) returns void
language plpgsql as $$
begin
	perform loan.fund_check(p_branch, p_facts);
	perform loan.need_serve_credit(p_branch, p_entry, c.household_id, c.programme, c.contract_on)
	from jsonb_to_recordset(p_contracts) c (household_id bigint, programme text, contract_on date);
end $$;
comment on function loan.disburse_end(smallint, bigint, jsonb, bigint[]) is
	'after the batch of a disbursement: what is left of its fund (LN040); a new contract serves a need of its household';

create or replace function loan.fund_lock(p_branch smallint, p_fund smallint, p_programme text, p_year integer) returns void
language sql as $$
	select pg_advisory_xact_lock(7263004, hashtext(concat_ws('/', p_branch, p_fund, p_programme, p_year)))
$$;
comment on function loan.fund_lock(smallint, smallint, text, integer) is 'one write at a time that draws from a fund for a programme in a year';

create or replace function loan.disburse_lock(p_branch smallint, p_contracts jsonb, p_facts bigint[]) returns void
language sql as $$
	select loan.fund_lock(p_branch, d.fund, d.programme, d.year)
	from (select distinct c.fund, c.programme, extract(year from loan.day(p_facts[i][4]))::integer as year
		from generate_subscripts(p_facts, 1) i
		join (select x.loan_id, x.fund, x.programme
				from jsonb_to_recordset(p_contracts) x (loan_id bigint, fund smallint, programme text)
			union all
			select k.loan_id, k.fund, k.programme from loan.contract k
			where k.branch = p_branch and k.loan_id = any (array(select p_facts[j][1] from generate_subscripts(p_facts, 1) j))
		) c on c.loan_id = p_facts[i][1]
		where p_facts[i][3] = 2 order by 1, 2, 3) d
	where exists (select from loan.fund_appropriation t where t.branch = p_branch and t.fund = d.fund
		and t.programme = d.programme and t.year = d.year and t.superseded_by is null)
$$;
comment on function loan.disburse_lock(smallint, jsonb, bigint[]) is
	'takes the locks of the appropriations that the disbursements of a batch draw from, in their order';

reset role;
set role vonvay_api;

create or replace function api.contract_study(p_actor bigint, p_loan bigint)
returns table (course_months smallint, study_months smallint, twice boolean, approved bigint)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return query select s.course_months, s.study_months, s.twice, s.approved::bigint
	from loan.contract_study s where s.branch = v_branch and s.loan_id = p_loan;
end $$;
comment on function api.contract_study(bigint, bigint) is 'the study of a student loan; no row: it has none';

reset role;
