-- Writing loans: the batch that every write, every chunk of the night and every import goes through, and the live writes.
-- Matrices are bigint[][] with the columns named in each statement; '{}' has no row. Dates are days since 1970-01-01.
set role vonvay_owner;

-- New contracts with their cell, agenda and a pending state of version 0.
create or replace function loan.write_contracts(p_branch smallint, p_entry bigint, p_contracts jsonb) returns void
language plpgsql set plan_cache_mode = force_generic_plan as $$
begin
	if p_contracts is null or jsonb_array_length(p_contracts) = 0 then
		return;
	end if;
	insert into loan.cell (branch, commune, point_id, programme, organisation, rate_line, overdue_percent)
	select distinct p_branch, c.commune, c.point_id, c.programme, c.organisation, c.rate_line, c.overdue_percent
	from jsonb_to_recordset(p_contracts) c (commune text, point_id integer, programme text, organisation smallint,
		rate_line text, overdue_percent smallint)
	where not exists (select from loan.cell t
		where t.branch = p_branch and t.commune = c.commune and t.point_id = c.point_id and t.programme = c.programme
			and t.organisation = c.organisation and t.rate_line = c.rate_line and t.overdue_percent = c.overdue_percent)
	on conflict do nothing;

	insert into loan.contract (branch, loan_id, household_id, member_no, group_id, point_id, cell_id, commune, organisation,
		programme, purpose, rate_line, fund, contract_on, term_months, instalment_months, principal_grace_months,
		interest_grace_months, grace_end, rounding, instalment_default, overdue_percent, due_on, due_month, entry_id)
	select p_branch, c.loan_id, c.household_id, c.member_no, nullif(c.group_id, 0), c.point_id, t.cell_id, c.commune,
		c.organisation, c.programme, coalesce(c.purpose, ''), c.rate_line, c.fund, c.contract_on, c.term_months,
		c.instalment_months, c.principal_grace_months, c.interest_grace_months, c.grace_end, c.rounding,
		c.instalment_default, c.overdue_percent, c.due_on, c.due_month, p_entry
	from jsonb_to_recordset(p_contracts) c (loan_id bigint, household_id bigint, member_no smallint, group_id bigint,
		point_id integer, commune text, organisation smallint, programme text, purpose text, rate_line text, fund smallint,
		contract_on date, term_months smallint, instalment_months smallint, principal_grace_months smallint,
		interest_grace_months smallint, grace_end date, rounding bigint, instalment_default smallint,
		overdue_percent smallint, due_on date[], due_month smallint[])
	join loan.cell t on t.branch = p_branch and t.commune = c.commune and t.point_id = c.point_id
		and t.programme = c.programme and t.organisation = c.organisation and t.rate_line = c.rate_line
		and t.overdue_percent = c.overdue_percent;

	-- before the agenda: who sees a part of the branch sees a loan by its state
	insert into loan.state (branch, loan_id, version, status, in_grace, since, disbursed, paid, in_term, overdue, frozen,
		interest_in_term_dong, interest_in_term_units, interest_overdue_dong, interest_overdue_units,
		interest_grace_dong, interest_grace_units, accrued_dong, accrued_units, last_on, last_rank, decided, facts, amounts,
		cell_id, household_id, member_no, group_id, point_id, organisation, commune)
	select p_branch, c.loan_id, 0, 0, false, null, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, null, 0, 0, 0,
		array_fill(0::bigint, array[jsonb_array_length(c.due_on)]),
		t.cell_id, c.household_id, c.member_no, nullif(c.group_id, 0), c.point_id, c.organisation, c.commune
	from jsonb_to_recordset(p_contracts) c (loan_id bigint, household_id bigint, member_no smallint, group_id bigint,
		point_id integer, commune text, organisation smallint, programme text, rate_line text, overdue_percent smallint,
		due_on jsonb)
	join loan.cell t on t.branch = p_branch and t.commune = c.commune and t.point_id = c.point_id
		and t.programme = c.programme and t.organisation = c.organisation and t.rate_line = c.rate_line
		and t.overdue_percent = c.overdue_percent;

	insert into loan.agenda (branch, point_id, due_on, loan_id, reason)
	select p_branch, c.point_id, a.due_on, c.loan_id, a.reason
	from jsonb_to_recordset(p_contracts) c (loan_id bigint, point_id integer, agenda jsonb),
		jsonb_to_recordset(c.agenda) a (due_on date, reason smallint);
exception when unique_violation then
	raise exception 'a contract of this batch exists already' using errcode = 'LN014';
end $$;
comment on function loan.write_contracts(smallint, bigint, jsonb) is
	'new contracts with cell, agenda and pending state (version 0); LN014 when one exists';

-- What the cap of a household is used by: its loans as they stand, and what is approved and not disbursed yet.
create or replace function loan.household_seen(p_branch smallint, p_household bigint) returns bigint language sql stable as $$
	select (select coalesce(sum(s.version + 1), 0) from loan.state s where s.branch = p_branch and s.household_id = p_household)::bigint
		+ (select coalesce(sum(1000000 * t.application_id), 0) from loan.application a
			join loan.application_state t on t.branch = p_branch and t.application_id = a.application_id and t.state = 4
			where a.branch = p_branch and a.household_id = p_household)::bigint
$$;
comment on function loan.household_seen(smallint, bigint) is
	'a number that changes with the loans and approved applications of a household: sum of version + 1, and of a million times the application';

-- Two contracts of one household at once could both fit under its cap: the second has to have seen the first.
-- And a back-dated one is brought to this very day: the night has passed it already.
create or replace function loan.write_households(p_branch smallint, p_business date, p_contracts jsonb) returns void
language plpgsql as $$
declare
	v_household bigint;
begin
	if jsonb_array_length(p_contracts) > 0
			and p_business < (select b.business_date from loan.business b where b.branch = p_branch) then
		raise exception 'the business date has moved from %', p_business using errcode = 'LN411';
	end if;
	perform pg_advisory_xact_lock(7263002, hashint8(h.household_id))
	from (select distinct c.household_id from jsonb_to_recordset(p_contracts) c (household_id bigint) order by 1) h;
	select c.household_id into v_household
	from jsonb_to_recordset(p_contracts) c (household_id bigint, household_seen bigint)
	where c.household_seen <> loan.household_seen(p_branch, c.household_id)
	limit 1;
	if found then
		raise exception 'the loans of household % were changed by another', v_household using errcode = 'LN409';
	end if;
end $$;
comment on function loan.write_households(smallint, date, jsonb) is
	'a live contract or approval is stale when what uses the cap of its household is not what C decided with (loan.household_seen)';

-- The loans of a batch whose version is not the one read: all states are locked in order of loan_id.
create or replace function loan.write_lock(p_branch smallint, p_states bigint[]) returns bigint[] language plpgsql as $$
declare
	v_found bigint;
	v_given bigint;
	v_stale bigint[];
begin
	with given as materialized (
		select p_states[i][1] as loan_id, p_states[i][2] as version from generate_subscripts(p_states, 1) i
	), locked as (
		select s.loan_id, s.version from given g join loan.state s on s.branch = p_branch and s.loan_id = g.loan_id
		order by s.loan_id for no key update of s
	)
	select count(distinct l.loan_id), count(*), coalesce(array_agg(g.loan_id) filter (where l.version <> g.version), '{}')
	into v_found, v_given, v_stale
	from given g left join locked l on l.loan_id = g.loan_id;
	if v_found <> v_given then
		raise exception 'a loan of this batch does not exist, or stands in it twice' using errcode = 'LN001';
	end if;
	return v_stale;
end $$;
comment on function loan.write_lock(smallint, bigint[]) is 'locks the states of a batch in order of loan_id; the loans that are stale';

-- What a batch has to satisfy before anything of it is stored; the states are still the old ones. All rows of a loan are added
-- up in one go: the new balances less what is posted have to be the old ones.
create or replace function loan.write_check(p_branch smallint, p_upto date, p_stale bigint[], p_states bigint[],
	p_facts bigint[], p_transitions bigint[], p_postings bigint[], p_deltas bigint[], p_spans bigint[]) returns void
language plpgsql as $$
declare
	v_began date := (select b.began_on from loan.business b where b.branch = p_branch);
	wrong record;
begin
	with row (loan_id, given, in_term, overdue, frozen, facts, no, on_day) as (
		select p_states[i][1], 1, p_states[i][8], p_states[i][9], p_states[i][10], p_states[i][22], null::bigint, null::bigint
		from generate_subscripts(p_states, 1) i
		union all
		select p_postings[i][1], 0, case p_postings[i][3] when 2111 then -p_postings[i][5] else 0 end,
			case p_postings[i][3] when 2112 then -p_postings[i][5] else 0 end,
			case p_postings[i][3] when 2113 then -p_postings[i][5] else 0 end, 0, null, null
		from generate_subscripts(p_postings, 1) i
		union all
		select p_postings[i][1], 0, case p_postings[i][4] when 2111 then p_postings[i][5] else 0 end,
			case p_postings[i][4] when 2112 then p_postings[i][5] else 0 end,
			case p_postings[i][4] when 2113 then p_postings[i][5] else 0 end, 0, null, null
		from generate_subscripts(p_postings, 1) i
		union all
		select p_facts[i][1], 0, 0, 0, 0, 0, p_facts[i][2], p_facts[i][4] from generate_subscripts(p_facts, 1) i
		union all select p_transitions[i][1], 0, 0, 0, 0, 0, null, null from generate_subscripts(p_transitions, 1) i
		union all select p_deltas[i][1], 0, 0, 0, 0, 0, null, null from generate_subscripts(p_deltas, 1) i
		union all select p_spans[i][1], 0, 0, 0, 0, 0, null, null from generate_subscripts(p_spans, 1) i
	), summed as materialized (
		select r.loan_id, sum(r.given) as given, sum(r.in_term) as in_term, sum(r.overdue) as overdue, sum(r.frozen) as frozen,
			sum(r.facts) as facts, count(r.no) as added, min(r.no) as first, max(r.no) as last, min(r.on_day) as from_on,
			max(r.on_day) as upto_on
		from row r where r.loan_id <> all (p_stale) group by r.loan_id
	), checked as (
		select n.loan_id, n.from_on, n.upto_on, case
			when n.from_on < loan.days(v_began) or n.upto_on > loan.days(p_upto) then 'date'
			when n.given <> 1 then 'state'
			when s.facts + n.added <> n.facts or (n.added > 0 and (n.first <> s.facts + 1 or n.last <> n.facts)) then 'facts'
			when (n.in_term, n.overdue, n.frozen) <> (s.in_term, s.overdue, s.frozen) then 'books'
			end as what
		from summed n
		left join lateral (select t.facts, t.in_term, t.overdue, t.frozen from loan.state t
			where t.branch = p_branch and t.loan_id = n.loan_id limit 1) s on true
	)
	select c.* into wrong from checked c where c.what is not null order by c.what = 'date' desc limit 1;
	if not found then
		return;
	end if;
	case wrong.what
	when 'date' then
		raise exception 'loan %: % or % is before the beginning or after %', wrong.loan_id, loan.day(wrong.from_on),
			loan.day(wrong.upto_on), p_upto using errcode = 'LN007';
	when 'state' then
		raise exception 'books: loan % has rows in this batch but no state', wrong.loan_id using errcode = 'LN500';
	else
		raise exception '%: the change of loan % does not follow from its facts and postings', wrong.what, wrong.loan_id
			using errcode = 'LN500';
	end case;
end $$;
comment on function loan.write_check(smallint, date, bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[]) is
	'facts lie between the beginning and the last day allowed (LN007) and are numbered on; balances change by what is posted (LN500)';

-- Where a loan stands with a place and an overlay line (0: those of its contract), and its cell of the summaries there.
create or replace function loan.place_of(p_branch smallint, p_loan bigint, p_place integer)
returns table (household_id bigint, member_no smallint, group_id bigint, point_id integer, organisation smallint, commune text)
language sql stable as $$
	select c.household_id, c.member_no, c.group_id, c.point_id, c.organisation, c.commune
	from loan.contract c where p_place = 0 and c.branch = p_branch and c.loan_id = p_loan
	union all
	select p.household_id, p.member_no, p.group_id, p.point_id, p.organisation, p.commune
	from loan.place p where p_place <> 0 and p.branch = p_branch and p.place_id = p_place
$$;
comment on function loan.place_of(smallint, bigint, integer) is 'the place of a loan by its number; 0: that of the contract';

create or replace function loan.cell_of(p_branch smallint, p_loan bigint, p_place integer, p_line integer) returns integer
language plpgsql as $$
declare
	k record;
	v_cell integer;
begin
	select p.commune, p.point_id, c.programme, p.organisation, c.rate_line, c.overdue_percent into strict k
	from loan.contract c, lateral loan.place_of(p_branch, p_loan, p_place) p
	where c.branch = p_branch and c.loan_id = p_loan;
	if p_line <> 0 then
		select l.line into strict k.rate_line from loan.rate_line l where l.overlay = p_line;
	end if;
	for i in 1 .. 2 loop
		select t.cell_id into v_cell from loan.cell t
		where t.branch = p_branch and t.commune = k.commune and t.point_id = k.point_id and t.programme = k.programme
			and t.organisation = k.organisation and t.rate_line = k.rate_line and t.overdue_percent = k.overdue_percent;
		exit when found;
		insert into loan.cell (branch, commune, point_id, programme, organisation, rate_line, overdue_percent)
		values (p_branch, k.commune, k.point_id, k.programme, k.organisation, k.rate_line, k.overdue_percent)
		on conflict do nothing;
	end loop;
	return v_cell;
exception
	when no_data_found then
		raise exception 'loan % has no place % or line %', p_loan, p_place, p_line using errcode = 'LN500';
	when insufficient_privilege then
		raise exception 'loan % comes from or goes to a place outside of what you see', p_loan using errcode = 'LN403';
end $$;
comment on function loan.cell_of(smallint, bigint, integer, integer) is
	'the cell of a loan with this place and overlay line, made when there is none (LN403: outside of the actor''s scope)';

create or replace function loan.write_states(p_branch smallint, p_stale bigint[], p_states bigint[], p_amounts bigint[])
returns void
language plpgsql as $$
begin
	with given as (
		select a.loan_id, array_agg(a.amount order by a.index) as amounts, array_agg(loan.day(a.due_on) order by a.index) as due_on
		from (select p_amounts[i][1] as loan_id, p_amounts[i][2] as index, p_amounts[i][3] as amount, p_amounts[i][4] as due_on
			from generate_subscripts(p_amounts, 1) i) a
		group by a.loan_id
	)
	update loan.state s set version = s.version + 1, status = p_states[i][3], in_grace = p_states[i][4] <> 0,
		since = loan.day(p_states[i][5]), disbursed = p_states[i][6], paid = p_states[i][7], in_term = p_states[i][8],
		overdue = p_states[i][9], frozen = p_states[i][10],
		interest_in_term_dong = p_states[i][11], interest_in_term_units = p_states[i][12],
		interest_overdue_dong = p_states[i][13], interest_overdue_units = p_states[i][14],
		interest_grace_dong = p_states[i][15], interest_grace_units = p_states[i][16],
		accrued_dong = p_states[i][17], accrued_units = p_states[i][18], last_on = loan.day(p_states[i][19]),
		last_rank = p_states[i][20], decided = p_states[i][21], facts = p_states[i][22],
		written_off = p_states[i][23], interest_written_off = p_states[i][24], recovered = p_states[i][25],
		frozen_until = loan.day(p_states[i][26]), thawed_on = loan.day(p_states[i][27]), line_until = loan.day(p_states[i][29]),
		holiday_until = loan.day(p_states[i][30]), moved_on = loan.day(p_states[i][32]), amounts = coalesce(g.amounts, s.amounts),
		due_on = case when g.loan_id is null then s.due_on else nullif(g.due_on, (select c.due_on from loan.contract c
			where c.branch = p_branch and c.loan_id = s.loan_id)) end
	from generate_subscripts(p_states, 1) i left join given g on g.loan_id = p_states[i][1]
	where s.branch = p_branch and s.loan_id = p_states[i][1] and s.loan_id <> all (p_stale);

	-- who has moved, or follows another line from now on
	update loan.state s set line = p_states[i][28], place = p_states[i][31],
		cell_id = loan.cell_of(p_branch, s.loan_id, p_states[i][31]::integer, p_states[i][28]::integer),
		household_id = p.household_id, member_no = p.member_no, group_id = p.group_id, point_id = p.point_id,
		organisation = p.organisation, commune = p.commune
	from generate_subscripts(p_states, 1) i, lateral loan.place_of(p_branch, p_states[i][1], p_states[i][31]::integer) p
	where s.branch = p_branch and s.loan_id = p_states[i][1] and s.loan_id <> all (p_stale)
		and (s.line <> p_states[i][28] or s.place <> p_states[i][31]);
exception when insufficient_privilege then
	raise exception 'a loan would leave what you see' using errcode = 'LN403';
end $$;
comment on function loan.write_states(smallint, bigint[], bigint[], bigint[]) is 'the new states of a batch, each one version up, with the place and the cell that hold now';

create or replace function loan.write_facts(p_branch smallint, p_entry bigint, p_stale bigint[], p_facts bigint[],
	p_openings bigint[]) returns void
language plpgsql as $$
begin
	insert into loan.fact (branch, loan_id, no, entry_id, kind, effective_on, amount, reverses, interest, until_on, holiday_until,
		number, source, opening)
	select p_branch, p_facts[i][1], p_facts[i][2], p_entry, p_facts[i][3], loan.day(p_facts[i][4]), p_facts[i][5],
		nullif(p_facts[i][6], 0), p_facts[i][7], loan.day(p_facts[i][8]), loan.day(p_facts[i][9]),
		case when p_facts[i][3] in (7, 15, 16) then p_facts[i][10] end, p_facts[i][11], o.opening
	from generate_subscripts(p_facts, 1) i
	left join (
		select p_openings[k][1] as loan_id, p_openings[k][2] as no, array[p_openings[k][3], p_openings[k][4],
			p_openings[k][5], p_openings[k][6], p_openings[k][7], p_openings[k][8], p_openings[k][9], p_openings[k][10],
			p_openings[k][11], p_openings[k][12]] as opening
		from generate_subscripts(p_openings, 1) k
	) o on o.loan_id = p_facts[i][1] and o.no = p_facts[i][2]
	where p_facts[i][1] <> all (p_stale);
	-- a loan whose disbursement is taken back served nobody's need
	perform loan.need_unserve(p_branch, p_entry, f.entry_id)
	from generate_subscripts(p_facts, 1) i
	join loan.fact f on f.branch = p_branch and f.loan_id = p_facts[i][1] and f.no = p_facts[i][6] and f.kind = 2
	where p_facts[i][3] = 6 and p_facts[i][1] <> all (p_stale);
end $$;
comment on function loan.write_facts(smallint, bigint, bigint[], bigint[], bigint[]) is 'the facts of a batch';

create or replace function loan.write_transitions(p_branch smallint, p_entry bigint, p_stale bigint[], p_transitions bigint[],
	p_superseded bigint[]) returns void language plpgsql as $$
declare
	v_superseded bigint;
begin
	insert into loan.transition (branch, entry_id, ordinal, loan_id, kind, effective_on, instalment, amount)
	select p_branch, p_entry, i, p_transitions[i][1], p_transitions[i][2], loan.day(p_transitions[i][3]),
		nullif(p_transitions[i][4], -1), p_transitions[i][5]
	from generate_subscripts(p_transitions, 1) i where p_transitions[i][1] <> all (p_stale);

	update loan.transition t set superseded_by = p_entry
	from generate_subscripts(p_superseded, 1) i
	where t.branch = p_branch and t.entry_id = p_superseded[i][2] and t.ordinal = p_superseded[i][3]
		and t.loan_id = p_superseded[i][1] and t.superseded_by is null and t.loan_id <> all (p_stale);
	get diagnostics v_superseded = row_count;
	if v_superseded <> (select count(*) from generate_subscripts(p_superseded, 1) i
	                    where p_superseded[i][1] <> all (p_stale)) then
		raise exception 'books: a transition to supersede does not exist or is superseded already' using errcode = 'LN500';
	end if;
end $$;
comment on function loan.write_transitions(smallint, bigint, bigint[], bigint[], bigint[]) is
	'the transitions of a batch, and the end of those that a back-dated fact made untrue';

create or replace function loan.write_postings(p_branch smallint, p_entry bigint, p_stale bigint[], p_postings bigint[])
returns void
language plpgsql as $$
begin
	insert into loan.posting (branch, entry_id, ordinal, loan_id, effective_on, debit, credit, amount)
	select p_branch, p_entry, i, p_postings[i][1], loan.day(p_postings[i][2]), p_postings[i][3], p_postings[i][4],
		p_postings[i][5]
	from generate_subscripts(p_postings, 1) i where p_postings[i][1] <> all (p_stale);
end $$;
comment on function loan.write_postings(smallint, bigint, bigint[], bigint[]) is 'the postings of a batch';

create or replace function loan.write_deltas(p_branch smallint, p_business date, p_stale bigint[], p_deltas bigint[])
returns void
language plpgsql as $$
begin
	with d as materialized (
		select p_deltas[i][1] as loan_id, p_deltas[i][2]::integer as place, p_deltas[i][17]::integer as line,
			p_deltas[i][3]::smallint as status, loan.day(p_deltas[i][4]) as effective_on, p_deltas[i][5] as loans,
			p_deltas[i][6] as in_term, p_deltas[i][7] as overdue, p_deltas[i][8] as frozen, p_deltas[i][9] as grace,
			p_deltas[i][10] as overdue_grace, p_deltas[i][11] as it_dong, p_deltas[i][12] as it_units,
			p_deltas[i][13] as od_dong, p_deltas[i][14] as od_units, p_deltas[i][15] as gr_dong, p_deltas[i][16] as gr_units
		from generate_subscripts(p_deltas, 1) i
		where p_deltas[i][1] <> all (p_stale)
	), cell as materialized ( -- mostly the one in which the loan stands now
		select k.loan_id, k.place, k.line, case when (k.place, k.line) = (s.place, s.line) then s.cell_id
			else loan.cell_of(p_branch, k.loan_id, k.place, k.line) end as cell_id
		from (select distinct d.loan_id, d.place, d.line from d) k
		join loan.state s on s.branch = p_branch and s.loan_id = k.loan_id
	)
	insert into loan.portfolio_delta (branch, cell_id, status, effective_on, recorded_on, loans, in_term, overdue, frozen,
		grace, overdue_grace, interest_in_term_dong, interest_in_term_units, interest_overdue_dong,
		interest_overdue_units, interest_grace_dong, interest_grace_units)
	select p_branch, c.cell_id, d.status, d.effective_on, p_business, sum(d.loans), sum(d.in_term), sum(d.overdue),
		sum(d.frozen), sum(d.grace), sum(d.overdue_grace), sum(d.it_dong), sum(d.it_units), sum(d.od_dong),
		sum(d.od_units), sum(d.gr_dong), sum(d.gr_units)
	from d join cell c on c.loan_id = d.loan_id and c.place = d.place and c.line = d.line
	group by c.cell_id, d.status, d.effective_on;
end $$;
comment on function loan.write_deltas(smallint, date, bigint[], bigint[]) is
	'the changes of the summaries, one row a cell, status and day; the cell follows the place and the line of each row';

-- From `on` the loan has this status at this place and line; what was known of it from that day on is forgotten.
create or replace function loan.write_spans(p_branch smallint, p_stale bigint[], p_spans bigint[]) returns void
language plpgsql as $$
begin
	delete from loan.span s using (
		select p_spans[i][1] as loan_id, case when bool_or(p_spans[i][4] <> 0) then -2147483648 else min(p_spans[i][2]) end as on_day
		from generate_subscripts(p_spans, 1) i where p_spans[i][1] <> all (p_stale) group by 1) f
	where s.branch = p_branch and s.loan_id = f.loan_id and s.from_on >= coalesce(loan.day(f.on_day), '-infinity');

	update loan.span s set until_on = loan.day(f.on_day)
	from (select p_spans[i][1] as loan_id, min(p_spans[i][2]) as on_day
		from generate_subscripts(p_spans, 1) i where p_spans[i][1] <> all (p_stale) group by 1) f
	where s.branch = p_branch and s.loan_id = f.loan_id and (s.until_on is null or s.until_on > loan.day(f.on_day));

	insert into loan.span (branch, loan_id, from_on, until_on, status, household_id, cell_id)
	select p_branch, g.loan_id, loan.day(g.on_day), loan.day(coalesce(g.next_day, -2147483648)), g.status, c.household_id, c.cell_id
	from (
		select p_spans[i][1] as loan_id, p_spans[i][2] as on_day, p_spans[i][3] as status, p_spans[i][5]::integer as place,
			p_spans[i][6]::integer as line,
			lead(p_spans[i][2]) over (partition by p_spans[i][1] order by p_spans[i][2], i) as next_day
		from generate_subscripts(p_spans, 1) i where p_spans[i][1] <> all (p_stale)
	) g
	cross join lateral (
		select case when (g.place, g.line) = (s.place, s.line) then s.cell_id
				else loan.cell_of(p_branch, g.loan_id, g.place, g.line) end as cell_id,
			case when g.place = s.place then s.household_id
				else (select p.household_id from loan.place_of(p_branch, g.loan_id, g.place) p) end as household_id
		from loan.state s where s.branch = p_branch and s.loan_id = g.loan_id limit 1) c
	where g.status <> 0 and g.on_day is distinct from g.next_day;
end $$;
comment on function loan.write_spans(smallint, bigint[], bigint[]) is 'where the loans of a batch stand from when on; of two rows of one day the last counts';

create or replace function loan.write_agenda(p_branch smallint, p_stale bigint[], p_agenda bigint[]) returns void
language plpgsql as $$
begin
	insert into loan.agenda (branch, point_id, due_on, loan_id, reason)
	select p_branch, s.point_id, loan.day(p_agenda[i][2]), s.loan_id, p_agenda[i][3]
	from generate_subscripts(p_agenda, 1) i
	join loan.state s on s.branch = p_branch and s.loan_id = p_agenda[i][1]
	where p_agenda[i][1] <> all (p_stale)
	on conflict do nothing;
end $$;
comment on function loan.write_agenda(smallint, bigint[], bigint[]) is
	'days the night has to look at that a decision has brought, at the point where the loan stands now';

-- Plans are generic: one made for the values at hand would hold a copy of the matrices for each place they are named at.
create or replace function loan.write_batch(p_branch smallint, p_entry bigint, p_business date, p_upto date,
	p_states bigint[], p_amounts bigint[], p_facts bigint[], p_openings bigint[], p_transitions bigint[],
	p_superseded bigint[], p_postings bigint[], p_deltas bigint[], p_spans bigint[], p_agenda bigint[]) returns bigint[]
language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
	v_stale bigint[] := loan.write_lock(p_branch, p_states);
begin
	perform loan.write_check(p_branch, p_upto, v_stale, p_states, p_facts, p_transitions, p_postings, p_deltas, p_spans);
	perform loan.write_states(p_branch, v_stale, p_states, p_amounts);
	if cardinality(p_facts) > 0 then
		perform loan.write_facts(p_branch, p_entry, v_stale, p_facts, p_openings);
	end if;
	if cardinality(p_transitions) > 0 or cardinality(p_superseded) > 0 then
		perform loan.write_transitions(p_branch, p_entry, v_stale, p_transitions, p_superseded);
	end if;
	if cardinality(p_postings) > 0 then
		perform loan.write_postings(p_branch, p_entry, v_stale, p_postings);
	end if;
	if cardinality(p_deltas) > 0 then
		perform loan.write_deltas(p_branch, p_business, v_stale, p_deltas);
	end if;
	if cardinality(p_spans) > 0 then
		perform loan.write_spans(p_branch, v_stale, p_spans);
	end if;
	if cardinality(p_agenda) > 0 then
		perform loan.write_agenda(p_branch, v_stale, p_agenda);
	end if;
	return v_stale;
end $$;
comment on function loan.write_batch(smallint, bigint, date, date, bigint[], bigint[], bigint[], bigint[], bigint[], bigint[],
	bigint[], bigint[], bigint[], bigint[]) is
	'writes a batch of loans all or nothing but for those that are stale: these are left out with all their rows and returned';

create or replace function loan.refuse_stale(p_stale bigint[]) returns void language plpgsql as $$
begin
	if cardinality(p_stale) > 0 then
		raise exception 'loan % was changed by another', p_stale[1] using errcode = 'LN409';
	end if;
end $$;
comment on function loan.refuse_stale(bigint[]) is 'a live write with a stale loan writes nothing (LN409)';

-- The papers behind the facts of a write: [{loan, no, kind, number, decided_on, authority, risk_case, loss_percent, form, reason, note}].
-- A form goes into form_use too, once a write, under its number or the next one; about the loan, or about the first of many.
create or replace function loan.write_decisions(p_branch smallint, p_entry bigint, p_business date, p_decisions jsonb) returns void
language plpgsql as $$
declare
	form record;
	v_numbers jsonb := '{}';
begin
	if jsonb_array_length(coalesce(p_decisions, '[]')) = 0 then
		return;
	end if;
	for form in
		select d.form, coalesce(d.number, '') as number, coalesce(d.decided_on, p_business) as on_day, min(d.loan) as loan
		from jsonb_to_recordset(p_decisions) d (loan bigint, form text, number text, decided_on date)
		where d.form <> '' group by 1, 2, 3
	loop
		v_numbers := v_numbers || jsonb_build_object(form.form || '|' || form.number,
			loan.form_put(p_branch, p_entry, form.form, form.number, form.on_day, 'loan', form.loan));
	end loop;
	insert into loan.decision (branch, loan_id, no, entry_id, kind, number, decided_on, authority, risk_case, loss_percent, form,
		reason, note)
	select p_branch, d.loan, d.no, p_entry, d.kind, coalesce(v_numbers ->> (d.form || '|' || coalesce(d.number, '')), d.number, ''),
		d.decided_on, coalesce(d.authority, ''), coalesce(d.risk_case, ''), d.loss_percent, coalesce(d.form, ''),
		coalesce(d.reason, ''), coalesce(d.note, '{}')
	from jsonb_to_recordset(p_decisions) d (loan bigint, no integer, kind text, number text, decided_on date, authority text,
		risk_case text, loss_percent smallint, form text, reason text, note jsonb);
end $$;
comment on function loan.write_decisions(smallint, bigint, date, jsonb) is 'the papers behind the facts of a write';

-- Payments from the deposit of the household whose the loan is now, and what a reversal of one gives back to whom it was taken
-- from. Money that leaves comes after money that comes back.
create or replace function loan.write_deposits(p_branch smallint, p_entry bigint, p_facts bigint[]) returns void
language plpgsql as $$
declare
	f record;
begin
	for f in
		select t.loan_id, t.effective_on, t.amount::bigint as amount, d.household_id
		from generate_subscripts(p_facts, 1) i
		join loan.fact t on t.branch = p_branch and t.loan_id = p_facts[i][1] and t.no = p_facts[i][6] and t.source = 1
		cross join lateral (select x.household_id from loan.deposit_fact x
			where x.branch = p_branch and x.entry_id = t.entry_id and x.loan_id = t.loan_id and x.kind = 4 limit 1) d
		where p_facts[i][3] = 6 order by i
	loop
		perform loan.deposit_return(p_branch, p_entry, f.household_id, f.amount, f.effective_on, f.loan_id);
	end loop;
	for f in
		select s.loan_id, loan.day(p_facts[i][4]) as effective_on, p_facts[i][5] as amount, s.household_id
		from generate_subscripts(p_facts, 1) i
		join loan.state s on s.branch = p_branch and s.loan_id = p_facts[i][1]
		where p_facts[i][11] = 1 order by i
	loop
		perform loan.deposit_take(p_branch, p_entry, f.household_id, f.amount, f.effective_on, f.loan_id);
	end loop;
end $$;
comment on function loan.write_deposits(smallint, bigint, bigint[]) is
	'what payments of loans take from the deposits of members (LN018), and what their reversals give back';

-- New places, under the numbers that api.place_numbers() has told C.
create or replace function loan.write_places(p_branch smallint, p_entry bigint, p_places jsonb) returns void language plpgsql as $$
begin
	insert into loan.place (branch, place_id, household_id, member_no, group_id, point_id, organisation, commune, entry_id)
	select p_branch, n.place, n.household, n.member, nullif(n."group", 0), n.point, n.organisation, n.commune, p_entry
	from jsonb_to_recordset(coalesce(p_places, '[]')) n (place integer, household bigint, member smallint, "group" bigint,
		point integer, organisation smallint, commune text);
exception when unique_violation then
	raise exception 'another has made a place meanwhile' using errcode = 'LN409';
end $$;
comment on function loan.write_places(smallint, bigint, jsonb) is 'places that loans move to (LN409 when another took the number, or made the same)';

-- What C decided about any number of loans. p: {"decisions": [...], "places": [...]}, both if any.
create or replace function loan.event_store(p_branch smallint, p_entry bigint, p_business date,
	p_states bigint[], p_amounts bigint[], p_facts bigint[], p_openings bigint[], p_transitions bigint[],
	p_superseded bigint[], p_postings bigint[], p_deltas bigint[], p_spans bigint[], p_agenda bigint[], p jsonb) returns void
language plpgsql as $$
begin
	perform loan.write_places(p_branch, p_entry, p -> 'places');
	perform loan.refuse_stale(loan.write_batch(p_branch, p_entry, p_business, p_business, p_states, p_amounts, p_facts,
		p_openings, p_transitions, p_superseded, p_postings, p_deltas, p_spans, p_agenda));
	perform loan.write_deposits(p_branch, p_entry, p_facts);
	perform loan.write_decisions(p_branch, p_entry, p_business, p -> 'decisions');
	perform loan.applications_reopen(p_branch, p_entry, p_business, p_facts);
end $$;
comment on function loan.event_store(smallint, bigint, date, bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[],
	bigint[], bigint[], bigint[], jsonb) is
	'stores what C decided about any number of loans, all or nothing, with their new places and the papers behind it';

-- What every event of loans ends in. p: that of loan.event_store() and whatever else the word needs.
create or replace function loan.event_write(p_method text,
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p_states bigint[], p_amounts bigint[], p_facts bigint[], p_openings bigint[], p_transitions bigint[],
	p_superseded bigint[], p_postings bigint[], p_deltas bigint[], p_spans bigint[], p_agenda bigint[], p jsonb,
	out entry_id bigint, out reply text, out repeated boolean)
language plpgsql as $$
declare
	head record := loan.write_begin(p_actor, p_door, p_method, p_key, p_body_sha256, p_reply, p_business, p_reference);
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if not repeated then
		perform loan.event_store(head.branch, entry_id, p_business, p_states, p_amounts, p_facts, p_openings, p_transitions,
			p_superseded, p_postings, p_deltas, p_spans, p_agenda, p);
	end if;
end $$;
comment on function loan.event_write(text, bigint, smallint, uuid, bytea, text, date, bigint, bigint[], bigint[], bigint[],
	bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], jsonb) is
	'the head of every write, and loan.event_store()';

reset role;
set role vonvay_api;

-- One function a word of the wire, all alike.
do $$
declare
	word text;
begin
	foreach word in array array['pay', 'reschedule', 'extend', 'freeze', 'unfreeze', 'write_off', 'recover', 'misuse', 'relieve',
		'reverse', 'pay_move', 'move'] loop
		execute format($f$
create or replace function api.loan_%1$s(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p_states bigint[], p_amounts bigint[], p_facts bigint[], p_openings bigint[], p_transitions bigint[],
	p_superseded bigint[], p_postings bigint[], p_deltas bigint[], p_spans bigint[], p_agenda bigint[], p jsonb,
	out entry_id bigint, out reply text, out repeated boolean)
language sql security definer set search_path = '' as $body$
	select * from loan.event_write('loan.%1$s', p_actor, p_door, p_key, p_body_sha256, p_reply, p_business, p_reference, p_states,
		p_amounts, p_facts, p_openings, p_transitions, p_superseded, p_postings, p_deltas, p_spans, p_agenda, p)
$body$
$f$, word);
		execute format($f$comment on function api.loan_%1$s(bigint, smallint, uuid, bytea, text, date, bigint, bigint[], bigint[],
			bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], jsonb) is
			'loan.%1$s: stores what C decided'$f$, word);
	end loop;
end $$;

create or replace function api.loan_disburse(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p_contracts jsonb, p_more jsonb, p_states bigint[], p_amounts bigint[], p_facts bigint[], p_openings bigint[],
	p_transitions bigint[],
	p_superseded bigint[], p_postings bigint[], p_deltas bigint[], p_spans bigint[], p_agenda bigint[],
	out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.write_begin(p_actor, p_door, 'loan.disburse', p_key, p_body_sha256, p_reply, p_business, p_reference);
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if not repeated then
		perform loan.disburse_lock(head.branch, p_contracts, p_facts);
		perform loan.disburse_begin(head.branch, entry_id, p_business, p_contracts, p_more);
		perform loan.refuse_stale(loan.write_batch(head.branch, entry_id, p_business, p_business, p_states, p_amounts, p_facts,
			p_openings, p_transitions, p_superseded, p_postings, p_deltas, p_spans, p_agenda));
		perform loan.disburse_end(head.branch, entry_id, p_contracts, p_facts);
	end if;
end $$;
comment on function api.loan_disburse(bigint, smallint, uuid, bytea, text, date, bigint, jsonb, jsonb, bigint[], bigint[], bigint[],
	bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[]) is
	'loan.disburse: stores a new contract (p_contracts has one row) or a further drawdown (none), as C decided';

-- In the order given; the write that moves loans there makes those that are new (loan.write_places).
create or replace function api.place_numbers(p_actor bigint, p_places jsonb) returns table (place_id integer, known boolean)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return query
	select coalesce(l.place_id, (select coalesce(max(m.place_id), 0) from loan.place m where m.branch = v_branch)
			+ (count(*) filter (where l.place_id is null) over (order by e.i))::integer), l.place_id is not null
	from jsonb_array_elements(p_places) with ordinality e (place, i)
	cross join jsonb_to_record(e.place) n (household bigint, member smallint, "group" bigint, point integer, organisation smallint,
		commune text)
	left join loan.place l on l.branch = v_branch and l.household_id = n.household and l.member_no = n.member
		and coalesce(l.group_id, 0) = coalesce(n."group", 0) and l.point_id = n.point and l.organisation = n.organisation
		and l.commune = n.commune
	order by e.i;
end $$;
comment on function api.place_numbers(bigint, jsonb) is 'the numbers of places to move loans to, and whether they are known; new ones get those that come next';

create or replace function api.contract_number(p_actor bigint) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter(p_actor);
	v_number bigint;
begin
	loop
		v_number := 6600000000000000 + nextval('loan.contract_number');
		exit when not exists (select from loan.contract c where c.branch = v_branch and c.loan_id = v_number);
	end loop;
	return v_number;
end $$;
comment on function api.contract_number(bigint) is 'the next free contract number: 6600 and twelve digits';

reset role;
