-- Proof. What is sealed, row by row, in a canonical text; seals with their pages; what verification and receipts read.
set role vonvay_owner;

-- THE table of what is sealed. One row a kind of leaf: `relation` holds the rows, `entry` names the write a row hangs on, `key`
-- names the row, `columns` follow it. No column that may legally change later is among them: a row that ends is a leaf of its
-- own, of the entry that ended it ("transition.superseded"). Not sealed: what follows from sealed rows and is verified by doing
-- it again (state, span, portfolio_delta, agenda, deposit, application_state), personal data (encrypted, each value
-- authenticated by AES-GCM), reference data, and what serves the daemon only (keys, nights, imports).
-- The canonical text of a row is the JSON array ["NAME", branch, position, key..., columns...], as json_build_array writes it:
-- moments in UTC with microseconds, days as ISO 8601, bytes as lower-case hexadecimal digits, what is null as null.
-- Never change a row of this table: what was sealed would no longer be what is read. Add a new one with the next number.
create or replace function loan.seal_sources()
returns table (source smallint, name text, relation text, entry text, key text[], columns text[]) language sql immutable as $$
	values
	(1::smallint, 'entry', 'entry', 'entry_id', '{entry_id}'::text[], '{recorded_at,business_date,actor,door,method}'::text[]),
	(2::smallint, 'fact', 'fact', 'entry_id', '{loan_id,no}', '{kind,effective_on,amount,interest,until_on,holiday_until,number,source,reverses,opening}'),
	(3::smallint, 'transition', 'transition', 'entry_id', '{ordinal,loan_id}', '{kind,effective_on,instalment,amount}'),
	(4::smallint, 'transition.superseded', 'transition', 'superseded_by', '{entry_id,ordinal,loan_id}', '{}'),
	(5::smallint, 'posting', 'posting', 'entry_id', '{ordinal,loan_id}', '{effective_on,debit,credit,amount}'),
	(6::smallint, 'audit', 'audit', 'entry_id', '{audit_id}', '{subject,subject_id,fields,hashes}'),
	(7::smallint, 'decision', 'decision', 'entry_id', '{loan_id,no}', '{kind,number,decided_on,authority,risk_case,loss_percent,form,reason,note}'),
	(8::smallint, 'contract', 'contract', 'entry_id', '{loan_id}', '{household_id,member_no,group_id,point_id,cell_id,commune,organisation,programme,purpose,rate_line,fund,contract_on,term_months,instalment_months,principal_grace_months,interest_grace_months,grace_end,rounding,instalment_default,overdue_percent,due_on,due_month}'),
	(9::smallint, 'contract_study', 'contract_study', 'entry_id', '{loan_id}', '{student_no,school,course_months,study_months,twice,approved}'),
	(10::smallint, 'place', 'place', 'entry_id', '{place_id}', '{household_id,member_no,group_id,point_id,organisation,commune}'),
	(11::smallint, 'form_use', 'form_use', 'entry_id', '{form,subject,subject_id,number,on_day}', '{}'),
	(12::smallint, 'fund_appropriation', 'fund_appropriation', 'entry_id', '{row_id}', '{fund,programme,year,amount,decision,decided_on}'),
	(13::smallint, 'fund_appropriation.superseded', 'fund_appropriation', 'superseded_by', '{row_id}', '{}'),
	(14::smallint, 'application', 'application', 'entry_id', '{application_id}', '{household_id,group_id,point_id,organisation,commune,programme,purpose,amount,term_months,instalment_months,units,declared_priority,fund,plan,student_no,school,course_months,study_months,study_twice,applied_on}'),
	(15::smallint, 'application_step', 'application_step', 'entry_id', '{application_id,no}', '{state,on_day,amount,number,reason,due_on,loan_id}'),
	(16::smallint, 'application_recheck', 'application_recheck', 'entry_id', '{application_id,on_day}', '{household_id,reasons}'),
	(17::smallint, 'application_recheck.confirmed', 'application_recheck', 'confirmed_by', '{application_id,on_day}', '{}'),
	(20::smallint, 'household', 'household', 'entry_id', '{household_id}', '{registered_on}'),
	(21::smallint, 'household_member', 'household_member_version', 'entry_id', '{household_id,member_no}', '{name,sex,born_on,relation,ethnic,representative,from_on,until_on,ended}'),
	(22::smallint, 'household_member.superseded', 'household_member_past', 'superseded_by', '{row_id}', '{household_id,member_no,entry_id}'),
	(23::smallint, 'household_residence', 'household_residence', 'entry_id', '{row_id}', '{household_id,from_on,area,hamlet}'),
	(24::smallint, 'household_residence.superseded', 'household_residence', 'superseded_by', '{row_id}', '{}'),
	(25::smallint, 'household_class', 'household_class', 'entry_id', '{row_id}', '{household_id,from_on,class,decision}'),
	(26::smallint, 'household_class.superseded', 'household_class', 'superseded_by', '{row_id}', '{}'),
	(27::smallint, 'household_attribute', 'household_attribute', 'entry_id', '{row_id}', '{household_id,from_on,attributes}'),
	(28::smallint, 'household_attribute.superseded', 'household_attribute', 'superseded_by', '{row_id}', '{}'),
	(29::smallint, 'household_signer', 'household_signer', 'entry_id', '{row_id}', '{household_id,from_on,member_no}'),
	(30::smallint, 'household_signer.superseded', 'household_signer', 'superseded_by', '{row_id}', '{}'),
	(31::smallint, 'household_survey', 'household_survey', 'entry_id', '{row_id}', '{household_id,on_day,income,lacking}'),
	(32::smallint, 'household_survey.superseded', 'household_survey', 'superseded_by', '{row_id}', '{}'),
	(33::smallint, 'household_review', 'household_review', 'entry_id', '{review_id}', '{household_id,asked_on,starts_on,due_on,note}'),
	(34::smallint, 'household_review.closed', 'household_review', 'closed_by', '{review_id}', '{closed_on,class,change,decision}'),
	(35::smallint, 'eligibility_change', 'eligibility_change', 'entry_id', '{row_id}', '{household_id,effective_on,reason,lost,gained,reasons}'),
	(36::smallint, 'escape_registration', 'escape_registration', 'entry_id', '{registration_id}', '{household_id,year,on_day}'),
	(37::smallint, 'escape_registration.withdrawn', 'escape_registration', 'withdrawn_by', '{registration_id}', '{withdrawn_on}'),
	(38::smallint, 'need', 'need', 'entry_id', '{need_id}', '{household_id,kind,on_day,amount,programme,note}'),
	(39::smallint, 'need_end', 'need_end', 'entry_id', '{row_id}', '{need_id,household_id,on_day,how,reference}'),
	(40::smallint, 'need_end.superseded', 'need_end', 'superseded_by', '{row_id}', '{}'),
	(41::smallint, 'support_plan', 'support_plan', 'entry_id', '{plan_id}', '{household_id,unit,valid_from,valid_to,plan}'),
	(42::smallint, 'support_plan.superseded', 'support_plan', 'superseded_by', '{plan_id}', '{}'),
	(43::smallint, 'target', 'target', 'entry_id', '{row_id}', '{area,year,metric,value,on_day}'),
	(44::smallint, 'target.superseded', 'target', 'superseded_by', '{row_id}', '{}'),
	(45::smallint, 'programme_change', 'programme_change', 'entry_id', '{row_id}', '{programme,purpose,effective_on,open,first,reasons}'),
	(46::smallint, 'work_done', 'work_done', 'entry_id', '{kind,subject,subject_id}', '{on_day}'),
	(50::smallint, 'credit_group', 'credit_group', 'entry_id', '{group_id}', '{name,organisation,area,hamlet,point_id,leader,formed_on}'),
	(51::smallint, 'group_member', 'group_member', 'entry_id', '{row_id}', '{group_id,household_id,from_on}'),
	(52::smallint, 'group_member.ended', 'group_member', 'ended_by', '{row_id}', '{until_on}'),
	(53::smallint, 'group_leader', 'group_leader', 'entry_id', '{row_id}', '{group_id,from_on,name,household_id,reason}'),
	(54::smallint, 'group_leader.superseded', 'group_leader', 'superseded_by', '{row_id}', '{}'),
	(55::smallint, 'group_event', 'group_event', 'entry_id', '{group_id,kind}', '{on_day,other_group,decision}'),
	(56::smallint, 'deposit_fact', 'deposit_fact', 'entry_id', '{household_id,no}', '{kind,effective_on,amount,reverses,loan_id,group_id}'),
	(57::smallint, 'deposit_posting', 'deposit_posting', 'entry_id', '{ordinal,household_id}', '{effective_on,debit,credit,amount}'),
	(58::smallint, 'session', 'session', 'entry_id', '{point_id,session_on}', '{}'),
	(59::smallint, 'session.closed', 'session', 'close_entry', '{point_id,session_on}', '{closed_on,closed_at}'),
	(60::smallint, 'session_sheet', 'session_sheet', 'entry_id', '{point_id,session_on,group_id}', '{kind,posted_on,posted_at,received_on,lines_posted,lines_refused,cash_expected,cash_counted,principal_expected,principal_counted,reason}'),
	(61::smallint, 'session_line', 'session_line', 'entry_id', '{ordinal}', '{point_id,session_on,group_id,household_id,loan_id,source,asked,interest,principal,deposit,withdraw,word,field,allocation,facts,deposit_facts}'),
	(62::smallint, 'session_line.superseded', 'session_line', 'superseded_by', '{entry_id,ordinal}', '{}'),
	(63::smallint, 'loan_check', 'loan_check', 'entry_id', '{check_id}', '{loan_id,group_id,checked_on,checked_by,result,amount,form,note}'),
	(64::smallint, 'notice', 'notice', 'entry_id', '{notice_id}', '{loan_id,month,given_on,given_to}'),
	(70::smallint, 'change', 'change', 'proposed_entry', '{change_id}', '{kind,parameters,reason,decision,proposed_by}'),
	(71::smallint, 'change.applied', 'change', 'applied_entry', '{change_id}', '{decided_by,decided_entry,note}'),
	(72::smallint, 'staff_role', 'staff_role', 'entry_id', '{row_id}', '{staff_id,role,area,organisation,point_id,from_on}'),
	(73::smallint, 'staff_role.superseded', 'staff_role', 'superseded_by', '{row_id}', '{}'),
	(74::smallint, 'staff_change', 'staff_change', 'proposed_entry', '{change_id}', '{kind,parameters,reason,proposed_by}'),
	(75::smallint, 'staff_change.decided', 'staff_change', 'decided_entry', '{change_id}', '{staff_id,state,decided_by,note}'),
	(76::smallint, 'staff_handed', 'staff_handed', 'entry_id', '{subject,subject_id}', '{from_staff,to_staff}')
$$;
comment on function loan.seal_sources() is 'what is sealed: kinds of leaves with their table, the entry they hang on, key and columns';

create or replace function loan.seal_column(p_relation text, p_column text) returns text language sql stable as $$
	select case a.atttypid
		when 'timestamptz'::regtype then format('to_char(t.%I at time zone ''UTC'', ''YYYY-MM-DD"T"HH24:MI:SS.US"Z"'')', p_column)
		when 'bytea'::regtype then format('encode(t.%I, ''hex'')', p_column)
		when 'bytea[]'::regtype then format('case when cardinality(t.%1$I) = 0 then ''[]''::json else
			(select json_agg(encode(h, ''hex'') order by n) from unnest(t.%1$I) with ordinality u (h, n)) end', p_column)
		else format('t.%I', p_column) end
	from pg_catalog.pg_attribute a where a.attrelid = ('loan.' || p_relation)::regclass and a.attname = p_column
$$;
comment on function loan.seal_column(text, text) is 'the expression of a column in the canonical text of a row t';

create or replace function loan.seal_body(p_name text, p_relation text, p_columns text[]) returns text language sql stable as $$
	select format('json_build_array(%L, t.branch, e.position, %s)::text', p_name,
		(select string_agg(loan.seal_column(p_relation, c), ', ' order by n) from unnest(p_columns) with ordinality u (c, n)))
$$;
comment on function loan.seal_body(text, text, text[]) is 'the expression of the canonical text of a row t with its entry e';

create or replace function loan.seal_key(p_key text[]) returns text language sql immutable as $$
	select string_agg(format('t.%I', c), ', ''/'', ' order by n) from unnest(p_key) with ordinality u (c, n)
$$;
comment on function loan.seal_key(text[]) is 'the expressions of the key in the name of a row t';

-- The functions that read all kinds are made from the table above: one query, planned once.
do $$
declare
	s record;
	v_rows text[];
	v_orphans text[];
begin
	for s in select * from loan.seal_sources() order by source loop
		v_rows := v_rows || format('select e.position, %s::smallint, translate(concat(e.position, %L, %s), e''\n'', '' ''), %s
			from loan.%I t join loan.entry e on e.branch = t.branch and e.entry_id = t.%I
			where t.branch = p_branch and t.%I between v_low and v_high and e.position between p_first and p_last',
			s.source, ' ' || s.name || ' ', loan.seal_key(s.key), loan.seal_body(s.name, s.relation, s.key || s.columns),
			s.relation, s.entry, s.entry);
		v_orphans := v_orphans || format('select concat(%L, %s) from loan.%I t where t.branch = p_branch
			and t.%I is not null and not exists (select from loan.entry e where e.branch = t.branch and e.entry_id = t.%I)',
			s.name || ' ', loan.seal_key(s.key), s.relation, s.entry, s.entry);
	end loop;
	execute format($f$
		create or replace function loan.seal_rows(p_branch smallint, p_first bigint, p_last bigint)
		returns table ("position" bigint, source smallint, name text, body text) language plpgsql stable as $b$
		#variable_conflict use_column
		declare
			v_low bigint;
			v_high bigint;
		begin
			select min(e.entry_id), max(e.entry_id) into v_low, v_high from loan.entry e
			where e.branch = p_branch and e.position between p_first and p_last;
			return query select r.* from (%s) r (position, source, name, body)
			order by r.position, r.source, r.body collate "C";
		end $b$ $f$, array_to_string(v_rows, ' union all '));
	execute format($f$
		create or replace function loan.seal_orphans(p_branch smallint) returns setof text language sql stable as
		$b$ %s $b$ $f$, array_to_string(v_orphans, ' union all '));
end $$;
comment on function loan.seal_rows(smallint, bigint, bigint) is
	'all rows that hang on the entries of some positions, in the order of the leaves: position, kind, canonical text';
comment on function loan.seal_orphans(smallint) is 'rows that hang on no entry at all: nothing seals them';

-- Days before the business date take no more entries: every write locks the date it is decided for.
create or replace function loan.seal_day(p_branch smallint) returns date language sql stable as $$
	select b.business_date - 1 from loan.business b
	where b.branch = p_branch
		and not exists (select from loan.sweep_run r where r.branch = p_branch and r.state in ('asked', 'running'))
		and exists (select from loan.sweep_day d where d.branch = p_branch)
		and not exists (select from loan.seal s where s.branch = p_branch and s.closes and s.business_date >= b.business_date - 1)
$$;
comment on function loan.seal_day(smallint) is
	'the day up to which there is something to seal: the one before the business date, once no night is open; null: none';

reset role;
set role vonvay_api;

create or replace function api.seal_waiting(p_actor bigint) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
	return loan.seal_day(loan.enter_all(p_actor)) is not null;
end $$;
comment on function api.seal_waiting(bigint) is 'is there a closed day without a seal?';

-- The transaction of one seal waits here for that of another process.
create or replace function api.seal_next(p_actor bigint)
returns table (branch smallint, number integer, from_day date, business_date date, closed_at text, first_position bigint,
	last_position bigint, previous text)
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter_all(p_actor);
	v_day date;
	v_last bigint;
	before loan.seal;
begin
	perform pg_advisory_xact_lock(7263004, v_branch);
	v_day := loan.seal_day(v_branch);
	if v_day is null then
		return;
	end if;
	select s.* into before from loan.seal s where s.branch = v_branch order by s.number desc limit 1;
	select coalesce(max(e.position), coalesce(before.last_position, 0)) into v_last from loan.entry e
	where e.branch = v_branch and e.position > coalesce(before.last_position, 0) and e.business_date <= v_day;
	return query select v_branch, coalesce(before.number, 0) + 1,
		case when before.number is null then b.began_on when before.closes then before.business_date + 1 else before.from_day end,
		v_day, to_char(coalesce((select d.finished_at from loan.sweep_day d where d.branch = v_branch and d.on_day > v_day
			order by d.on_day limit 1), now()) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
		coalesce(before.last_position, 0) + 1, v_last,
		encode(coalesce(before.hash, '\x0000000000000000000000000000000000000000000000000000000000000000'), 'hex')
	from loan.business b where b.branch = v_branch;
end $$;
comment on function api.seal_next(bigint) is
	'the seal to be made: the days before the business date, once no night is open; no row: all is sealed';

create or replace function api.seal_rows(p_actor bigint, p_first bigint, p_last bigint)
returns table ("position" bigint, name text, body text)
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter_all(p_actor);
begin
	return query select r.position, r.name, r.body from loan.seal_rows(v_branch, p_first, p_last) r;
end $$;
comment on function api.seal_rows(bigint, bigint, bigint) is 'the leaves of some positions in order: name and canonical text';

create or replace function api.seal_page(p_actor bigint, p_number integer, p_page integer, p_first bigint, p_last bigint,
	p_root bytea, p_hashes bytea, p_names text) returns void
language plpgsql security definer set search_path = '' as $$
begin
	insert into loan.seal_page (branch, number, page, first_position, last_position, root, hashes, names)
	values (loan.enter_all(p_actor), p_number, p_page, p_first, p_last, p_root, p_hashes, p_names);
end $$;
comment on function api.seal_page(bigint, integer, integer, bigint, bigint, bytea, bytea, text) is
	'one page of the seal that this transaction makes';

create or replace function api.seal_store(p_actor bigint, p_number integer, p_from_day date, p_business date, p_closes boolean,
	p_closed_at text, p_first bigint, p_last bigint, p_leaves bigint, p_root bytea, p_salt bytea, p_previous bytea, p_hash bytea,
	p_key_id bytea, p_signature bytea) returns void
language plpgsql security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter_all(p_actor);
	before loan.seal;
begin
	select s.* into before from loan.seal s where s.branch = v_branch order by s.number desc limit 1;
	if p_number <> coalesce(before.number, 0) + 1 or p_first <> coalesce(before.last_position, 0) + 1
			or p_previous <> coalesce(before.hash, decode(repeat('00', 32), 'hex')) then
		raise exception 'seal % does not follow seal %', p_number, coalesce(before.number, 0) using errcode = 'LN500';
	end if;
	insert into loan.seal (branch, number, from_day, business_date, closes, closed_at, first_position, last_position, leaves,
		root, salt, previous, hash, key_id, signature)
	values (v_branch, p_number, p_from_day, p_business, p_closes, p_closed_at::timestamptz, p_first, p_last, p_leaves, p_root,
		p_salt, p_previous, p_hash, p_key_id, p_signature);
end $$;
comment on function api.seal_store(bigint, integer, date, date, boolean, text, bigint, bigint, bigint, bytea, bytea, bytea, bytea,
	bytea, bytea) is 'a seal, which has to follow the one before';

create or replace function api.sealed_until() returns date
language sql stable security definer set search_path = '' as $$
	select s.business_date from loan.business b join loan.seal s on s.branch = b.branch and s.closes
	order by s.number desc limit 1
$$;
comment on function api.sealed_until() is 'the last day that is sealed, for status.daemon; null before the first';

create or replace function api.seal_state(p_actor bigint) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return (select jsonb_build_object('sealed_until', s.business_date, 'seal', s.number, 'hash', encode(s.hash, 'hex'),
		'key_id', encode(s.key_id, 'hex'), 'position', s.last_position, 'recorded_at', s.recorded_at)
	from loan.seal s where s.branch = v_branch and s.closes order by s.number desc limit 1);
end $$;
comment on function api.seal_state(bigint) is 'the last day that is sealed, with its seal; null before the first';

reset role;
set role vonvay_api;

create or replace function api.loan_receipt(p_actor bigint, p_loan bigint, p_fact integer)
returns table (branch smallint, number integer, from_day date, business_date date, closes boolean, closed_at text,
	first_position bigint, last_position bigint, leaves bigint, root bytea, salt bytea, previous bytea, hash bytea, key_id bytea,
	signature bytea, body text, page integer, index integer, hashes bytea, roots bytea)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
	v_position bigint;
	v_day date;
	v_name text;
	v_number integer;
begin
	select e.position, e.business_date into v_position, v_day
	from loan.fact f join loan.entry e on e.branch = f.branch and e.entry_id = f.entry_id
	where f.branch = v_branch and f.loan_id = p_loan and f.no = p_fact;
	if not found then
		if not exists (select from loan.contract c where c.branch = v_branch and c.loan_id = p_loan) then
			raise exception 'no loan %', p_loan using errcode = 'LN001', column = 'loan';
		end if;
		raise exception 'loan % has no event %', p_loan, p_fact using errcode = 'LN404', column = 'fact';
	end if;
	select s.number into v_number from loan.seal s
	where s.branch = v_branch and s.last_position >= v_position order by s.number limit 1;
	if v_number is null then
		raise exception 'event % of loan % is sealed by the first night after %', p_fact, p_loan, v_day
			using errcode = 'LN070', column = 'fact';
	end if;
	v_name := concat(v_position, ' fact ', p_loan, '/', p_fact);
	return query select s.branch, s.number, s.from_day, s.business_date, s.closes,
		to_char(s.closed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), s.first_position, s.last_position, s.leaves,
		s.root, s.salt, s.previous, s.hash, s.key_id, s.signature,
		(select r.body from loan.seal_rows(v_branch, v_position, v_position) r where r.name = v_name),
		g.page, array_position(string_to_array(g.names, e'\n'), v_name) - 1, g.hashes,
		(select string_agg(o.root, '' order by o.page) from loan.seal_page o where o.branch = v_branch and o.number = s.number)
	from loan.seal s
	join loan.seal_page g on g.branch = s.branch and g.number = s.number and g.first_position <= v_position
		and g.last_position >= v_position and array_position(string_to_array(g.names, e'\n'), v_name) is not null
	where s.branch = v_branch and s.number = v_number;
end $$;
comment on function api.loan_receipt(bigint, bigint, integer) is
	'what a proof of inclusion of one event is made of: its seal, its text, its page, the roots of all pages (LN070: not sealed yet)';

reset role;
