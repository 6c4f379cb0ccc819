-- Reading loans: flat rows that C brings forward to the day asked about. Plans are generic: making one through the policies takes
-- longer than running it.
set role vonvay_api;

create or replace function api.loan_read(p_actor bigint, p_loans bigint[])
returns table (loan_id bigint, household_id bigint, member_no smallint, household_name text, group_id bigint, group_name text,
	point_id integer, commune text, organisation smallint, programme text, purpose text, rate_line text,
	fund smallint, contract_on integer, term_months smallint, instalment_months smallint, principal_grace_months smallint,
	interest_grace_months smallint, grace_end integer, rounding bigint, instalment_default smallint,
	overdue_percent smallint, due_on integer[], due_month smallint[],
	version integer, status smallint, in_grace boolean, since integer, disbursed bigint, paid bigint, in_term bigint,
	overdue bigint, frozen bigint, interest_in_term_dong bigint, interest_in_term_units bigint,
	interest_overdue_dong bigint, interest_overdue_units bigint, interest_grace_dong bigint, interest_grace_units bigint,
	accrued_dong bigint, accrued_units bigint, last_on integer, last_rank smallint, decided smallint, facts integer,
	amounts bigint[], held boolean, written_off bigint, interest_written_off bigint, recovered bigint, frozen_until integer,
	thawed_on integer, line integer, line_until integer, holiday_until integer, place integer, moved_on integer, moved_due integer[],
	first_household bigint, first_member smallint, first_group bigint, first_point integer, first_organisation smallint,
	first_commune text, first_household_name text, first_group_name text)
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return query
	select c.loan_id, s.household_id, s.member_no, coalesce(h.name, ''), coalesce(s.group_id, 0), coalesce(g.name, ''),
		s.point_id, s.commune, s.organisation, c.programme, c.purpose, c.rate_line, c.fund,
		loan.days(c.contract_on), c.term_months, c.instalment_months, c.principal_grace_months, c.interest_grace_months,
		loan.days(c.grace_end), c.rounding, c.instalment_default, c.overdue_percent,
		array(select d - date '1970-01-01' from unnest(c.due_on) with ordinality u (d, i) order by i), c.due_month,
		s.version, s.status, s.in_grace, loan.days(s.since), s.disbursed::bigint, s.paid::bigint, s.in_term::bigint,
		s.overdue::bigint, s.frozen::bigint, s.interest_in_term_dong::bigint, s.interest_in_term_units::bigint,
		s.interest_overdue_dong::bigint, s.interest_overdue_units::bigint, s.interest_grace_dong::bigint,
		s.interest_grace_units::bigint, s.accrued_dong::bigint, s.accrued_units::bigint, loan.days(s.last_on),
		s.last_rank, s.decided, s.facts, s.amounts,
		exists (select from loan.sweep_held x where x.branch = v_branch and x.loan_id = c.loan_id and x.released_at is null),
		s.written_off::bigint, s.interest_written_off::bigint, s.recovered::bigint, loan.days(s.frozen_until),
		loan.days(s.thawed_on), s.line, loan.days(s.line_until), loan.days(s.holiday_until), s.place, loan.days(s.moved_on),
		array(select d - date '1970-01-01' from unnest(s.due_on) with ordinality u (d, i) order by i),
		c.household_id, c.member_no, coalesce(c.group_id, 0), c.point_id, c.organisation, c.commune,
		case when s.place <> 0 then (select o.name from loan.household o
			where o.branch = v_branch and o.household_id = c.household_id) end,
		case when s.place <> 0 then (select o.name from loan.credit_group o
			where o.branch = v_branch and o.group_id = c.group_id) end
	from (select distinct l from unnest(p_loans) l) n
	join loan.contract c on c.branch = v_branch and c.loan_id = n.l -- a join: below a policy "= any" would read the whole branch
	join loan.state s on s.branch = v_branch and s.loan_id = c.loan_id
	left join loan.household h on h.branch = v_branch and h.household_id = s.household_id
	left join loan.credit_group g on g.branch = v_branch and g.group_id = s.group_id
	order by c.loan_id;
end $$;
comment on function api.loan_read(bigint, bigint[]) is
	'contracts and states of those of the loans the actor sees, by number; days since 1970-01-01, the least integer for none';

create or replace function api.loan_facts(p_actor bigint, p_loans bigint[])
returns table (loan_id bigint, no integer, kind smallint, on_day integer, amount bigint, reverses integer, interest bigint,
	until_on integer, holiday_until integer, number integer, source smallint, place bigint[], commune text, household_name text, group_name text,
	opening bigint[],
	entry_id bigint, recorded_at text, actor text, door text, method text, "position" bigint)
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return query
	select f.loan_id, f.no, f.kind, loan.days(f.effective_on), f.amount::bigint, coalesce(f.reverses, 0), f.interest::bigint,
		loan.days(f.until_on), loan.days(f.holiday_until), coalesce(f.number, 0), f.source,
		case when p.place_id is not null then array[p.place_id, p.household_id, p.member_no, coalesce(p.group_id, 0), p.point_id,
			p.organisation] end, p.commune, h.name, g.name, f.opening, f.entry_id, loan.moment(e.recorded_at), s.name, d.word, e.method, e.position
	from (select distinct l from unnest(p_loans) l) n
	join loan.fact f on f.branch = v_branch and f.loan_id = n.l
	join loan.entry e on e.branch = v_branch and e.entry_id = f.entry_id
	join loan.staff s on s.staff_id = e.actor
	join loan.code d on d.kind = 'door' and d.code = e.door
	left join loan.place p on f.kind = 16 and p.branch = v_branch and p.place_id = f.number
	left join loan.household h on h.branch = p.branch and h.household_id = p.household_id
	left join loan.credit_group g on g.branch = p.branch and g.group_id = p.group_id
	order by f.loan_id, f.no;
end $$;
comment on function api.loan_facts(bigint, bigint[]) is 'all facts of the loans, reversed ones too, by loan and number';

create or replace function api.loan_decisions(p_actor bigint, p_loan bigint)
returns table (no integer, number text, decided_on date, authority text, risk_case text, form text, reason text)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return query select d.no, d.number, d.decided_on, d.authority, d.risk_case, d.form, d.reason
	from loan.decision d where d.branch = v_branch and d.loan_id = p_loan order by d.no;
end $$;
comment on function api.loan_decisions(bigint, bigint) is 'the papers behind the facts of a loan, by the number of the fact';

create or replace function api.loan_transitions(p_actor bigint, p_loans bigint[])
returns table (loan_id bigint, entry_id bigint, ordinal integer, kind smallint, on_day integer, instalment smallint,
	amount bigint, recorded_at text, "position" bigint)
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return query
	select t.loan_id, t.entry_id, t.ordinal, t.kind, loan.days(t.effective_on), coalesce(t.instalment, -1::smallint),
		t.amount::bigint, loan.moment(e.recorded_at), e.position
	from (select distinct l from unnest(p_loans) l) n
	join loan.transition t on t.branch = v_branch and t.loan_id = n.l
	join loan.entry e on e.branch = v_branch and e.entry_id = t.entry_id
	where t.superseded_by is null
	order by t.loan_id, t.effective_on, t.entry_id, t.ordinal;
end $$;
comment on function api.loan_transitions(bigint, bigint[]) is 'the transitions of the loans that still hold, by loan and day';

create or replace function api.loans_of_households(p_actor bigint, p_households bigint[]) returns setof bigint
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return query select s.loan_id from (select distinct h from unnest(p_households) h) n
	join loan.state s on s.branch = v_branch and s.household_id = n.h
	where s.status between 1 and 3 order by s.loan_id;
end $$;
comment on function api.loans_of_households(bigint, bigint[]) is 'numbers of the running loans of these households';

create or replace function api.loan_payoff_deposit(p_actor bigint, p_household bigint, p_on date) returns bigint
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return greatest(loan.deposit_least(v_branch, p_household, p_on), 0);
end $$;
comment on function api.loan_payoff_deposit(bigint, bigint, date) is 'what a household''s deposit could pay on a day';

create or replace function api.loan_find(p_actor bigint, p_text text, p_contract bigint, p_group bigint, p_household bigint,
	p_citizen_hashes bytea[], p_limit integer)
returns table (loan_id bigint, household_id bigint, household_name text, group_id bigint, programme text, contract_on date,
	status smallint, balance bigint)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
	v_patterns text[] := loan.search_patterns(p_text);
begin
	return query
	select c.loan_id, s.household_id, h.name, coalesce(s.group_id, 0), c.programme, c.contract_on, s.status,
		s.in_term + s.overdue + s.frozen
	from loan.state s
	join loan.contract c on c.branch = v_branch and c.loan_id = s.loan_id
	join loan.household h on h.branch = v_branch and h.household_id = s.household_id
	where s.branch = v_branch
		and (p_contract is null or s.loan_id = p_contract)
		and (p_group is null or s.group_id = p_group)
		and (p_household is null or s.household_id = p_household)
		and (p_text is null or s.household_id in (
			select m.household_id from loan.household_member m
			where m.branch = v_branch and m.search like all (v_patterns)
			union select n.household_id from loan.household n
			where n.branch = v_branch and n.search like all (v_patterns)))
		and (p_citizen_hashes is null or s.household_id in (
			select p.household_id from loan.personal p
			where p.branch = v_branch and p.field = 1 and p.hash = any (p_citizen_hashes)))
	order by s.status = 4, h.search, c.loan_id
	limit p_limit;
end $$;
comment on function api.loan_find(bigint, text, bigint, bigint, bigint, bytea[], integer) is
	'loans by words of a name in any order, contract number, group, household or hashes of a citizen id (null: any); open ones first';

reset role;
