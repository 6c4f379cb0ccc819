-- Applications from 01/TD to the disbursement. C decides which step may follow, its amount and the last day of the next one;
-- here the step is stored, once, on top of the one C has seen.
set role vonvay_owner;

create or replace function loan.application_title(p_application bigint) returns text language sql immutable parallel safe
return lpad(p_application::text, 10, '0');
comment on function loan.application_title(bigint) is 'the number of an application as it is written: 10 digits';

-- Who may not approve: whoever took or appraised it.
create or replace function loan.application_made_by(p_branch smallint, p_application bigint) returns setof bigint
language sql stable as $$
	select e.actor from loan.application_step s join loan.entry e on e.entry_id = s.entry_id
	where s.branch = p_branch and s.application_id = p_application and s.state in (1, 2)
$$;
comment on function loan.application_made_by(smallint, bigint) is 'the staff who submitted and who appraised an application';

create or replace function loan.application_step_add(p_branch smallint, p_entry bigint, p_application bigint, p_steps smallint,
	p_state smallint, p_on date, p_amount bigint, p_number text, p_reason text, p_due_on date, p_loan bigint) returns void
language plpgsql as $$
begin
	insert into loan.application_step (branch, application_id, no, state, on_day, amount, number, reason, due_on, loan_id, entry_id)
	values (p_branch, p_application, p_steps + 1, p_state, p_on, p_amount, p_number, coalesce(p_reason, ''), p_due_on, p_loan, p_entry);
	insert into loan.application_state as t (branch, application_id, steps, state, since_on, due_on, amount, loan_id)
	values (p_branch, p_application, p_steps + 1, p_state, p_on, p_due_on, p_amount, p_loan)
	on conflict (branch, application_id) do update set steps = excluded.steps, state = excluded.state,
		since_on = excluded.since_on, due_on = excluded.due_on, amount = coalesce(excluded.amount, t.amount),
		loan_id = coalesce(excluded.loan_id, t.loan_id);
end $$;
comment on function loan.application_step_add(smallint, bigint, bigint, smallint, smallint, date, bigint, text, text, date, bigint) is
	'one more step of an application, and its state';

-- p_number: of the paper the step stands on. p_rows: [{"application","steps","state","on","amount","reason","due_on","loan"}], as
-- C decided.
create or replace function loan.application_steps_write(p_branch smallint, p_actor bigint, p_entry bigint, p_number text, p_rows jsonb)
returns void language plpgsql as $$
declare
	r record;
	t loan.application_state;
begin
	for r in select x.* from jsonb_to_recordset(p_rows) x (application bigint, steps smallint, state smallint, "on" date,
			amount bigint, reason text, due_on date, loan bigint) order by x.application loop
		select s.* into t from loan.application_state s
		where s.branch = p_branch and s.application_id = r.application for no key update;
		if not found then
			raise exception 'no application %', loan.application_title(r.application)
				using errcode = 'LN041', column = 'application';
		end if;
		if t.steps <> r.steps then
			raise exception 'application % was changed by another', loan.application_title(r.application) using errcode = 'LN409';
		end if;
		if r.state = 4 then
			perform loan.refuse_maker(p_branch, p_actor, 'application', r.application,
				array(select loan.application_made_by(p_branch, r.application)), 'application',
				format('who took or appraised application %s can''t approve it', loan.application_title(r.application)));
		end if;
		if r.state in (4, 7) and exists (select from loan.application_recheck c
				where c.branch = p_branch and c.application_id = r.application and c.confirmed_by is null) then
			raise exception 'the household of application % was found not eligible on %; the commune has to confirm it again (03/TD)',
				loan.application_title(r.application), (select max(c.on_day) from loan.application_recheck c
					where c.branch = p_branch and c.application_id = r.application and c.confirmed_by is null)
				using errcode = 'LN044', column = 'application';
		end if;
		perform loan.application_step_add(p_branch, p_entry, r.application, r.steps, r.state, r."on", r.amount, p_number, r.reason,
			r.due_on, r.loan);
		if r.state = 3 then
			update loan.application_recheck c set confirmed_by = p_entry
			where c.branch = p_branch and c.application_id = r.application and c.confirmed_by is null;
		end if;
	end loop;
end $$;
comment on function loan.application_steps_write(smallint, bigint, bigint, text, jsonb) is
	'the next step of applications: on top of the one C has seen (LN409), not approved by who made it (LN043), not while a re-check of the night is open (LN044); a confirmation ends that';

-- The disbursement of an application was taken back, and nothing of its loan is lent any more: it is approved as it was, with the
-- day C gave its disbursement then, and may be disbursed again or withdrawn.
create or replace function loan.applications_reopen(p_branch smallint, p_entry bigint, p_business date, p_facts bigint[]) returns void
language plpgsql as $$
declare
	r record;
begin
	for r in
		select t.application_id, t.steps, a.amount, a.due_on, coalesce((select d.reason from loan.decision d
			where d.branch = p_branch and d.entry_id = p_entry and d.loan_id = t.loan_id limit 1), '') as reason
		from (select distinct p_facts[i][1] as loan_id from generate_subscripts(p_facts, 1) i where p_facts[i][3] = 6) f
		join loan.application_state t on t.branch = p_branch and t.loan_id = f.loan_id and t.state in (7, 8)
		join loan.state s on s.branch = p_branch and s.loan_id = f.loan_id and s.status = 0
		cross join lateral (select x.amount, x.due_on from loan.application_step x
			where x.branch = p_branch and x.application_id = t.application_id and x.state = 4 order by x.no desc limit 1) a
		order by t.application_id for no key update of t
	loop
		perform loan.application_step_add(p_branch, p_entry, r.application_id, r.steps, 4::smallint, p_business, r.amount, null,
			r.reason, r.due_on, null);
		update loan.application_state t set loan_id = null where t.branch = p_branch and t.application_id = r.application_id;
	end loop;
end $$;
comment on function loan.applications_reopen(smallint, bigint, date, bigint[]) is
	'an application whose only disbursement is reversed goes back to approved, with the reason of the reversal';

create or replace function loan.application_forms(p_branch smallint, p_entry bigint, p_rows jsonb, p_form text, p_number text)
returns text language plpgsql as $$
declare
	r record;
	v_number text := p_number;
begin
	for r in select x.* from jsonb_to_recordset(p_rows) x (application bigint, "on" date) order by x.application loop
		v_number := loan.form_put(p_branch, p_entry, p_form, v_number, r."on", 'application', r.application);
	end loop;
	return v_number;
end $$;
comment on function loan.application_forms(smallint, bigint, jsonb, text, text) is
	'one form about all applications of a write, under the number given or the next one; the number';

-- The commune confirms on the list that the group has made; a list of another number, or one where there was none, is recorded.
create or replace function loan.application_list_number(p_branch smallint, p_entry bigint, p_rows jsonb, p_number text) returns text
language plpgsql as $$
declare
	v_number text := coalesce(nullif(trim(p_number), ''), (select max(u.number) from loan.form_use u
		where u.branch = p_branch and u.form = '03/TD' and u.subject = 'application'
			and u.subject_id in (select x.application from jsonb_to_recordset(p_rows) x (application bigint))));
	v_new jsonb := (select jsonb_agg(x) from jsonb_array_elements(p_rows) x where not exists (select from loan.form_use u
		where u.branch = p_branch and u.form = '03/TD' and u.subject = 'application'
			and u.subject_id = (x ->> 'application')::bigint and u.number = v_number));
begin
	return coalesce(loan.application_forms(p_branch, p_entry, v_new, '03/TD', v_number), v_number);
end $$;
comment on function loan.application_list_number(smallint, bigint, jsonb, text) is
	'the number of the list 03/TD that a confirmation stands on; recorded for the applications that were not on it';

-- What the list and the queue tell about an application.
create or replace function loan.application_row(p_branch smallint, p_application bigint) returns jsonb language sql stable as $$
	select jsonb_build_object('application', loan.application_title(a.application_id),
		'household', lpad(a.household_id::text, 10, '0'), 'name', h.name, 'group', lpad(a.group_id::text, 7, '0'),
		'commune', a.commune, 'programme', a.programme, 'purpose', a.purpose, 'fund', a.fund, 'asked', a.amount, 'amount', t.amount,
		'term_months', a.term_months, 'applied_on', a.applied_on, 'state', c.word, 'since_on', t.since_on, 'due_on', t.due_on,
		'loan', t.loan_id::text)
	from loan.application a
	join loan.application_state t on t.branch = a.branch and t.application_id = a.application_id
	join loan.code c on c.kind = 'application_state' and c.code = t.state
	left join loan.household h on h.branch = a.branch and h.household_id = a.household_id -- may live out of sight
	where a.branch = p_branch and a.application_id = p_application
$$;
comment on function loan.application_row(smallint, bigint) is 'an application in one line, as JSON';

create or replace function loan.application_rows(p_branch smallint, p_rows jsonb) returns jsonb language sql stable as $$
	select coalesce(jsonb_agg(loan.application_row(p_branch, x.application) order by x.application), '[]')
	from jsonb_to_recordset(p_rows) x (application bigint)
$$;
comment on function loan.application_rows(smallint, jsonb) is 'the applications of a write as they stand after it';

create or replace function loan.work_applications(p_branch smallint, p_on date) returns table (kind text, subject text,
	subject_id text, household_id bigint, group_id bigint, due_on date, detail jsonb) language sql stable as $$
	select 'application', 'application', loan.application_title(a.application_id), a.household_id, a.group_id, s.due_on,
		jsonb_build_object('state', c.word, 'programme', a.programme, 'amount', s.amount, 'since_on', s.on_day,
			'late', s.due_on < p_on,
			'action', case s.state when 1 then case when a.group_id is null then 'confirm' else 'appraise' end when 2 then 'confirm'
				when 3 then 'approve' else 'disburse' end,
			'role', case s.state when 1 then 'organisation_officer' when 2 then 'clerk' when 3 then 'officer' else 'clerk' end)
	from loan.application a
	join lateral (select x.state, x.on_day, x.due_on, x.amount from loan.application_step x
		where x.branch = p_branch and x.application_id = a.application_id and x.on_day <= p_on order by x.no desc limit 1) s on true
	join loan.code c on c.kind = 'application_state' and c.code = s.state
	where a.branch = p_branch and s.state between 1 and 4
$$;
comment on function loan.work_applications(smallint, date) is
	'work: the next step of every opened application, with the day it has to be taken by and whether that has passed';

-- For the first check of the use of a loan (06/TD).
create or replace function loan.application_checked(p_branch smallint, p_entry bigint, p_loan bigint, p_on date) returns void
language plpgsql as $$
declare
	t loan.application_state;
begin
	select s.* into t from loan.application_state s where s.branch = p_branch and s.loan_id = p_loan for no key update;
	if found and t.state = 7 then
		perform loan.application_step_add(p_branch, p_entry, t.application_id, t.steps, 8::smallint, p_on, t.amount, null, null, null,
			p_loan);
	end if;
end $$;
comment on function loan.application_checked(smallint, bigint, bigint, date) is
	'the use of a loan was checked: its application, when it came from one, has come to its end';

reset role;
set role vonvay_api;

-- p_decided: what C found out: {"group","point_id","organisation","commune","purpose","units","term_months","due_on"}
create or replace function api.application_submit(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, p_decided jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.write_begin(p_actor, p_door, 'application.submit', p_key, p_body_sha256, p_reply, p_business, p_reference);
	a loan.application;
	v_number text;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	perform pg_advisory_xact_lock(7263002, hashint8((p ->> 'household')::bigint));
	a.application_id := nextval('loan.application_number');
	a.household_id := (p ->> 'household')::bigint;
	a.programme := p ->> 'programme';
	a.purpose := p_decided ->> 'purpose';
	a.applied_on := (p_decided ->> 'on')::date;
	if exists (select from loan.application o join loan.application_state t on t.branch = o.branch and t.application_id = o.application_id
			where o.branch = head.branch and o.household_id = a.household_id and o.programme = a.programme and o.purpose = a.purpose
				and t.state between 1 and 4) then
		raise exception 'household % has an open application for programme % already', lpad(a.household_id::text, 10, '0'), a.programme
			using errcode = 'LN014', column = 'programme';
	end if;
	insert into loan.application (branch, application_id, household_id, group_id, point_id, organisation, commune, programme,
		purpose, amount, term_months, instalment_months, units, declared_priority, fund, plan, student_no, school, course_months,
		study_months, study_twice, applied_on, entry_id)
	values (head.branch, a.application_id, a.household_id, nullif((p_decided ->> 'group')::bigint, 0),
		(p_decided ->> 'point_id')::integer, (p_decided ->> 'organisation')::smallint, p_decided ->> 'commune', a.programme,
		a.purpose, (p ->> 'amount')::bigint, (p_decided ->> 'term_months')::smallint, (p ->> 'instalment_months')::smallint,
		(p_decided ->> 'units')::smallint, coalesce((p ->> 'priority')::boolean, false), coalesce((p ->> 'fund')::smallint, 1),
		coalesce(p ->> 'plan', ''), (p ->> 'student')::smallint, p ->> 'school', (p ->> 'course_months')::smallint,
		(p ->> 'study_months')::smallint,
		case when p ? 'student' then coalesce((p ->> 'medicine')::boolean, false) end, a.applied_on, entry_id);
	v_number := loan.form_put(head.branch, entry_id, '01/TD', p ->> 'number', a.applied_on, 'application', a.application_id);
	perform loan.application_step_add(head.branch, entry_id, a.application_id, 0::smallint, 1::smallint, a.applied_on,
		(p ->> 'amount')::bigint, v_number, null, (p_decided ->> 'due_on')::date, null);
	reply := loan.write_reply(p_actor, p_key,
		(loan.application_row(head.branch, a.application_id) || jsonb_build_object('number', v_number))::text);
end $$;
comment on function api.application_submit(bigint, smallint, uuid, bytea, text, date, bigint, jsonb, jsonb) is
	'application.submit: takes an application (01/TD); one open one a household, programme and purpose (LN014)';

create or replace function api.application_appraise(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, p_rows jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.write_begin(p_actor, p_door, 'application.appraise', p_key, p_body_sha256, p_reply, p_business, p_reference);
	v_agreed jsonb := (select jsonb_agg(x) from jsonb_array_elements(p_rows) x where x ->> 'state' = '2');
	v_minutes text;
	v_list text;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if not repeated then
		v_minutes := loan.application_forms(head.branch, entry_id, p_rows, '10C/TD', p ->> 'minutes');
		perform loan.application_steps_write(head.branch, p_actor, entry_id, v_minutes, p_rows);
		if v_agreed is not null then
			v_list := loan.application_forms(head.branch, entry_id, v_agreed, '03/TD', p ->> 'list');
		end if;
		reply := loan.write_reply(p_actor, p_key, jsonb_build_object('minutes', v_minutes, 'list', v_list,
			'applications', loan.application_rows(head.branch, p_rows))::text);
	end if;
end $$;
comment on function api.application_appraise(bigint, smallint, uuid, bytea, text, date, bigint, jsonb, jsonb) is
	'application.appraise: what the meeting of a group agreed and refused: minutes 10C/TD, and the list 03/TD of what it agreed';

create or replace function api.application_confirm(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, p_rows jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.write_begin(p_actor, p_door, 'application.confirm', p_key, p_body_sha256, p_reply, p_business, p_reference);
	v_list text;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if not repeated then
		v_list := loan.application_list_number(head.branch, entry_id, p_rows, p ->> 'list');
		perform loan.application_steps_write(head.branch, p_actor, entry_id, v_list, p_rows);
		reply := loan.write_reply(p_actor, p_key, jsonb_build_object('list', v_list,
			'applications', loan.application_rows(head.branch, p_rows))::text);
	end if;
end $$;
comment on function api.application_confirm(bigint, smallint, uuid, bytea, text, date, bigint, jsonb, jsonb) is
	'application.confirm: what the commune confirmed on 03/TD and what it did not';

do $do$
declare
	m record;
begin
	for m in values ('approve', 'the approval in writing (04/TD)'), ('refuse', 'the refusal in writing (04/TD), with its reason') loop
		execute format($f$
create or replace function api.application_%1$s(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, p_rows jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.write_begin(p_actor, p_door, 'application.%1$s', p_key, p_body_sha256, p_reply, p_business, p_reference);
	v_number text;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if not repeated then
		perform loan.write_households(head.branch, p_business, coalesce((select jsonb_agg(x) from jsonb_array_elements(p_rows) x
			where x ? 'household_seen'), '[]'));
		v_number := loan.application_forms(head.branch, entry_id, p_rows, '04/TD', p ->> 'number');
		perform loan.application_steps_write(head.branch, p_actor, entry_id, v_number, p_rows);
		reply := loan.write_reply(p_actor, p_key, (loan.application_rows(head.branch, p_rows) -> 0
			|| jsonb_build_object('number', v_number, 'reason', p ->> 'reason'))::text);
	end if;
end $$ $f$, m.column1);
		execute format($f$comment on function api.application_%s(bigint, smallint, uuid, bytea, text, date, bigint, jsonb, jsonb) is
			'application.%s: %s'$f$, m.column1, m.column1, m.column2);
	end loop;
end $do$;

create or replace function api.application_withdraw(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, p_rows jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.write_begin(p_actor, p_door, 'application.withdraw', p_key, p_body_sha256, p_reply, p_business, p_reference);
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if not repeated then
		perform loan.application_steps_write(head.branch, p_actor, entry_id, null, p_rows);
		reply := loan.write_reply(p_actor, p_key, (loan.application_rows(head.branch, p_rows) -> 0)::text);
	end if;
end $$;
comment on function api.application_withdraw(bigint, smallint, uuid, bytea, text, date, bigint, jsonb, jsonb) is
	'application.withdraw: the household no longer asks';

create or replace function api.application_disburse(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p_contracts jsonb, p_more jsonb, p_states bigint[], p_amounts bigint[], p_facts bigint[], p_openings bigint[],
	p_transitions bigint[], p_superseded bigint[], p_postings bigint[], p_deltas bigint[], p_spans bigint[], p_agenda bigint[],
	out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.write_begin(p_actor, p_door, 'application.disburse', p_key, p_body_sha256, p_reply, p_business, p_reference);
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if not repeated then
		perform loan.disburse_lock(head.branch, p_contracts, p_facts);
		perform loan.disburse_begin(head.branch, entry_id, p_business, p_contracts, p_more);
		perform loan.application_steps_write(head.branch, p_actor, entry_id, null,
			jsonb_build_array(p_more -> 'application' || jsonb_build_object('loan', p_contracts -> 0 -> 'loan_id')));
		perform loan.refuse_stale(loan.write_batch(head.branch, entry_id, p_business, p_business, p_states, p_amounts, p_facts,
			p_openings, p_transitions, p_superseded, p_postings, p_deltas, p_spans, p_agenda));
		perform loan.disburse_end(head.branch, entry_id, p_contracts, p_facts);
	end if;
end $$;
comment on function api.application_disburse(bigint, smallint, uuid, bytea, text, date, bigint, jsonb, jsonb, bigint[], bigint[],
	bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[]) is
	'application.disburse: the contract of an approved application with its first drawdown, and its step, in one';

create or replace function api.application_read(p_actor bigint, p_applications bigint[])
returns table (application_id bigint, household_id bigint, group_id bigint, point_id integer, organisation smallint, programme text,
	purpose text, asked bigint, term_months smallint, instalment_months smallint, units smallint, declared boolean, fund smallint,
	student_no smallint, school text, course_months smallint, study_months smallint, twice boolean, applied_on date,
	state smallint, steps smallint, since_on date, amount bigint)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return query select a.application_id, a.household_id, a.group_id, a.point_id, a.organisation, a.programme, a.purpose,
		a.amount::bigint, a.term_months, a.instalment_months, a.units, a.declared_priority, a.fund, a.student_no, a.school,
		a.course_months, a.study_months, a.study_twice, a.applied_on, t.state, t.steps, t.since_on, t.amount::bigint
	from loan.application a join loan.application_state t on t.branch = v_branch and t.application_id = a.application_id
	where a.branch = v_branch and a.application_id = any (p_applications)
	order by a.application_id;
end $$;
comment on function api.application_read(bigint, bigint[]) is 'applications with their state, those of the list that the actor sees';

create or replace function api.application_list(p_actor bigint, p jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter(p_actor);
	v_business date := (select b.business_date from loan.business b where b.branch = v_branch);
	v_state smallint := (select c.code from loan.code c where c.kind = 'application_state' and c.word = p ->> 'state');
begin
	return jsonb_build_object('business_date', v_business, 'applications', (
		select coalesce(jsonb_agg(r.line || jsonb_build_object('late', r.state between 1 and 4 and r.due_on < v_business)
			order by r.application_id), '[]')
		from (
			select a.application_id, t.state, t.due_on, loan.application_row(v_branch, a.application_id) as line
			from loan.application a join loan.application_state t on t.branch = v_branch and t.application_id = a.application_id
			where a.branch = v_branch
				and (v_state is null or t.state = v_state)
				and (v_state is not null or coalesce((p ->> 'all')::boolean, false) or t.state between 1 and 4)
				and (not coalesce((p ->> 'late')::boolean, false) or (t.state between 1 and 4 and t.due_on < v_business))
				and (p ->> 'group' is null or a.group_id = (p ->> 'group')::bigint)
				and (p ->> 'household' is null or a.household_id = (p ->> 'household')::bigint)
				and (p ->> 'programme' is null or a.programme = p ->> 'programme')
				and (p ->> 'area' is null or a.commune = any (loan.area_units(v_branch, p ->> 'area')))
			order by a.application_id limit coalesce((p ->> 'limit')::integer, 200)) r));
end $$;
comment on function api.application_list(bigint, jsonb) is
	'applications by state (the open ones when none is asked for), group, household, programme, area, lateness';

create or replace function api.application_show(p_actor bigint, p jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter(p_actor);
	v_business date := (select b.business_date from loan.business b where b.branch = v_branch);
	v_application bigint := (p ->> 'application')::bigint;
	v_data jsonb;
begin
	select loan.application_row(v_branch, v_application) || jsonb_build_object('plan', a.plan, 'units', a.units,
		'instalment_months', a.instalment_months, 'declared_priority', a.declared_priority, 'student', a.student_no,
		'school', a.school, 'course_months', a.course_months, 'study_months', a.study_months, 'medicine', a.study_twice,
		'late', t.state between 1 and 4 and t.due_on < v_business,
		'recheck', (select jsonb_agg(jsonb_build_object('on', c.on_day, 'reasons', c.reasons, 'confirmed', c.confirmed_by is not null)
				order by c.on_day) from loan.application_recheck c
			where c.branch = v_branch and c.application_id = v_application),
		'steps', (select jsonb_agg(jsonb_build_object('no', s.no, 'state', c.word, 'on', s.on_day, 'amount', s.amount,
				'number', s.number, 'reason', nullif(s.reason, ''), 'due_on', s.due_on, 'by', f.name,
				'recorded_at', loan.moment(e.recorded_at)) order by s.no)
			from loan.application_step s
			join loan.code c on c.kind = 'application_state' and c.code = s.state
			join loan.entry e on e.entry_id = s.entry_id
			join loan.staff f on f.staff_id = e.actor
			where s.branch = v_branch and s.application_id = v_application),
		'forms', loan.forms_of(v_branch, 'application', v_application))
	into v_data
	from loan.application a join loan.application_state t on t.branch = v_branch and t.application_id = a.application_id
	where a.branch = v_branch and a.application_id = v_application;
	if not found then
		raise exception 'no application %', loan.application_title(v_application) using errcode = 'LN041', column = 'application';
	end if;
	return v_data;
end $$;
comment on function api.application_show(bigint, jsonb) is 'an application with its steps, papers and what the nights found (LN041)';

-- Facts for the order of the queue; C puts them into it.
create or replace function api.application_queue(p_actor bigint, p jsonb)
returns table (application_id bigint, applied_on date, registered boolean, commune_difficulty smallint, hamlet_difficulty smallint,
	attributes integer, line jsonb)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
	v_business date := (select b.business_date from loan.business b where b.branch = v_branch);
	v_state smallint := (select c.code from loan.code c where c.kind = 'application_state' and c.word = p ->> 'state');
begin
	return query
	select a.application_id, a.applied_on,
		loan.escape_registered(v_branch, a.household_id, extract(year from v_business)::integer, v_business),
		coalesce(u.difficulty, 0::smallint), coalesce(k.difficulty, 0::smallint), coalesce(b.attributes, 0),
		loan.application_row(v_branch, a.application_id)
	from loan.application a
	join loan.application_state t on t.branch = v_branch and t.application_id = a.application_id
	left join lateral (select x.area, x.hamlet from loan.household_residence x
		where x.branch = v_branch and x.household_id = a.household_id and x.superseded_by is null and x.from_on <= v_business
		order by x.from_on desc limit 1) r on true
	left join lateral (select y.difficulty from loan.units_on(v_branch, v_business) n
		join loan.area y on y.branch = v_branch and y.code = n.unit and y.superseded_at is null where n.code = r.area limit 1) u on true
	left join lateral (select max(y.difficulty) as difficulty from loan.area y
		where y.branch = v_branch and y.superseded_at is null and y.kind = 'hamlet' and y.parent = r.area
			and y.name = r.hamlet and y.valid_from <= v_business and (y.valid_to is null or y.valid_to >= v_business)) k on true
	left join lateral (select z.attributes from loan.household_attribute z
		where z.branch = v_branch and z.household_id = a.household_id and z.superseded_by is null and z.from_on <= v_business
		order by z.from_on desc limit 1) b on true
	where a.branch = v_branch and t.state between 1 and 3 and (v_state is null or t.state = v_state)
		and (p ->> 'group' is null or a.group_id = (p ->> 'group')::bigint)
		and (p ->> 'programme' is null or a.programme = p ->> 'programme')
		and (p ->> 'area' is null or a.commune = any (loan.area_units(v_branch, p ->> 'area')));
end $$;
comment on function api.application_queue(bigint, jsonb) is
	'applications that wait for approval, with what their order is made from: registration to escape poverty, difficulty of commune and hamlet, attributes, day';

reset role;
