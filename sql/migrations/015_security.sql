-- Who may reach which row. Three roles besides the superuser: vonvay_owner owns the tables, vonvay_api the functions of api
-- (it is neither owner nor above row-level security), vonvayd may only execute those. auditor reads. design.md 5
-- The scope of a call is set by loan.enter() for its transaction: the whole branch in one shortcut, which the night uses,
-- or what an organisation, a point and the units of an area with those before and after them leave.

revoke create on schema public from public;

alter default privileges for role vonvay_owner revoke execute on functions from public;
alter default privileges for role vonvay_api revoke execute on functions from public;
alter default privileges for role vonvay_api in schema api grant execute on functions to vonvayd;

grant usage on schema api to vonvayd;
grant usage on schema loan to vonvay_api, auditor;
revoke execute on all functions in schema loan from public;

set role vonvay_owner;

alter default privileges for role vonvay_owner in schema loan grant execute on functions to vonvay_api;
grant execute on function loan.sum_of(bigint[]) to vonvay_api, auditor;

create function loan.scope_branch() returns smallint language sql stable parallel safe
return nullif(current_setting('vonvay.branch', true), '')::smallint;
comment on function loan.scope_branch() is 'branch of the actor of this transaction; null before loan.enter()';

create function loan.scope_all() returns boolean language sql stable parallel safe
return coalesce(current_setting('vonvay.scope', true) = 'all', false);
comment on function loan.scope_all() is 'the actor of this transaction sees the whole branch';

create function loan.scope_organisation() returns smallint language sql stable parallel safe
return nullif(current_setting('vonvay.organisation', true), '')::smallint;
comment on function loan.scope_organisation() is 'the one organisation the actor sees; null: all';

create function loan.scope_point() returns integer language sql stable parallel safe
return nullif(current_setting('vonvay.point', true), '')::integer;
comment on function loan.scope_point() is 'the one transaction point the actor sees; null: all';

create function loan.scope_areas() returns text[] language sql stable parallel safe
return nullif(current_setting('vonvay.areas', true), '')::text[];
comment on function loan.scope_areas() is 'codes of the units the actor sees; null: all';

create function loan.scope_homes() returns text[] language sql stable parallel safe
return nullif(current_setting('vonvay.homes', true), '')::text[];
comment on function loan.scope_homes() is
	'codes of the units whose households the actor sees though they are in no group: of the area, of the point; null: none or all';

create function loan.scope_part() returns boolean language sql stable parallel safe
return coalesce(current_setting('vonvay.scope', true) = 'part', false)
	and (loan.scope_areas() is not null or loan.scope_organisation() is not null or loan.scope_point() is not null);
comment on function loan.scope_part() is 'the actor of this transaction sees what area, organisation and point leave';

grant execute on all functions in schema loan to vonvay_api, auditor;

-- Every table: row-level security forced, the auditor reads all but personal data, api reads what a policy below gives.
do $$
declare
	t text;
begin
	for t in select relname from pg_class where relnamespace = 'loan'::regnamespace and relkind = 'r' loop
		execute format('alter table loan.%I enable row level security', t);
		execute format('alter table loan.%I force row level security', t);
		if t not in ('personal', 'personal_past', 'credential') then
			execute format('grant select on loan.%I to auditor', t);
			execute format('create policy auditor on loan.%I for select to auditor using (true)', t);
		end if;
	end loop;
end $$;

-- Rows of the daemon's own work and of reference data have no scope: which functions show them is the door.
do $$
declare
	t text;
begin
	foreach t in array array['branch', 'organisation', 'area', 'point', 'point_day', 'session_change', 'holiday', 'programme',
		'programme_limit', 'instalment_period', 'poverty_standard', 'rate_line', 'rate_row', 'policy', 'freeze_limit', 'account', 'figure', 'code',
		'reference_version', 'data_key', 'form', 'programme_conflict', 'programme_priority', 'score_band', 'commission_band', 'staff', 'staff_role', 'business', 'request_key', 'lease', 'sweep_run', 'import', 'import_part', 'import_error',
		'seal'] loop
		execute format('create policy api on loan.%I to vonvay_api using (true)', t);
		execute format('grant select on loan.%I to vonvay_api', t);
	end loop;
	foreach t in array array['entry', 'audit', 'form_number', 'fund', 'fund_appropriation', 'place', 'sweep_day', 'sweep_chunk', 'sweep_point',
		'seal_page', 'verify_run'] loop
		execute format('create policy api on loan.%I to vonvay_api using (branch = (select loan.scope_branch()))', t);
		execute format('grant select on loan.%I to vonvay_api', t);
	end loop;
end $$;

-- Rows with an area and an organisation of their own. What does not depend on the row is a sub-select: found once a query.
do $$
declare
	t record;
begin
	for t in values ('credit_group', 'area'), ('state', 'commune'), ('cell', 'commune'), ('application', 'commune') loop
		execute format('create policy api on loan.%I to vonvay_api using (
			branch = (select loan.scope_branch()) and ((select loan.scope_all()) or ((select loan.scope_part())
				and ((select loan.scope_areas()) is null or %I = any ((select loan.scope_areas())::text[]))
				and ((select loan.scope_organisation()) is null or organisation = (select loan.scope_organisation()))
				and ((select loan.scope_point()) is null or point_id = (select loan.scope_point())))))',
			t.column1, t.column2);
	end loop;
end $$;

-- Rows that belong to one of those: seen with it. The look-up is a function, so that the plan of who sees the whole branch
-- doesn't carry the policies of every table it passes (they cost two thirds of the read of one loan).
create function loan.sees_group(p_branch smallint, p_group bigint) returns boolean language plpgsql stable parallel safe as $$
begin
	return exists (select from loan.credit_group g where g.branch = p_branch and g.group_id = p_group);
end $$;
comment on function loan.sees_group(smallint, bigint) is 'the actor of this transaction sees this group';
create function loan.sees_cell(p_branch smallint, p_cell integer) returns boolean language plpgsql stable parallel safe as $$
begin
	return exists (select from loan.cell c where c.branch = p_branch and c.cell_id = p_cell);
end $$;
comment on function loan.sees_cell(smallint, integer) is 'the actor of this transaction sees this cell of the summaries';
create function loan.sees_contract(p_branch smallint, p_loan bigint) returns boolean language plpgsql stable parallel safe as $$
begin
	return exists (select from loan.state s where s.branch = p_branch and s.loan_id = p_loan);
end $$;
comment on function loan.sees_contract(smallint, bigint) is 'the actor of this transaction sees this loan where it stands now';

-- A loan is seen where it stands now (loan.state), whatever its contract says. A new contract is made in the actor's own scope.
create policy api on loan.contract to vonvay_api
	using (branch = (select loan.scope_branch()) and ((select loan.scope_all()) or loan.sees_contract(branch, loan_id)))
	with check (branch = (select loan.scope_branch()) and ((select loan.scope_all()) or ((select loan.scope_part())
		and ((select loan.scope_areas()) is null or commune = any ((select loan.scope_areas())::text[]))
		and ((select loan.scope_organisation()) is null or organisation = (select loan.scope_organisation()))
		and ((select loan.scope_point()) is null or point_id = (select loan.scope_point())))));

create policy api on loan.group_member to vonvay_api
	using (branch = (select loan.scope_branch()) and ((select loan.scope_all()) or loan.sees_group(branch, group_id)));
create policy api on loan.loan_check to vonvay_api
	using (branch = (select loan.scope_branch()) and ((select loan.scope_all())
		or case when loan_id is null then loan.sees_group(branch, group_id) else loan.sees_contract(branch, loan_id) end));
create policy api on loan.portfolio_delta to vonvay_api
	using (branch = (select loan.scope_branch()) and ((select loan.scope_all()) or loan.sees_cell(branch, cell_id)));
do $$
declare
	t text;
begin
	foreach t in array array['fact', 'transition', 'posting', 'decision', 'contract_study', 'agenda', 'span', 'sweep_retry', 'sweep_held', 'notice'] loop
		execute format('create policy api on loan.%I to vonvay_api
			using (branch = (select loan.scope_branch()) and ((select loan.scope_all()) or loan.sees_contract(branch, loan_id)))', t);
	end loop;
end $$;

-- Households: of whoever is bound to an organisation those that are or were in its groups, of whoever is bound to a point
-- these too and those that live or lived around it, else those that live or lived in the area. Everything about a household
-- follows its residences.
create function loan.sees_member(p_branch smallint, p_household bigint) returns boolean language plpgsql stable parallel safe as $$
begin
	return exists (select from loan.group_member m where m.branch = p_branch and m.household_id = p_household);
end $$;
comment on function loan.sees_member(smallint, bigint) is 'the household is or was in a group that the actor of this transaction sees';
create function loan.sees_household(p_branch smallint, p_household bigint) returns boolean language plpgsql stable parallel safe as $$
begin
	return exists (select from loan.household_residence r where r.branch = p_branch and r.household_id = p_household);
end $$;
comment on function loan.sees_household(smallint, bigint) is 'the actor of this transaction sees this household';

create policy api on loan.household_residence to vonvay_api
	using (branch = (select loan.scope_branch()) and ((select loan.scope_all())
		or ((select loan.scope_part()) and (select loan.scope_organisation()) is null
			and area = any ((select loan.scope_homes())::text[]))
		or (((select loan.scope_organisation()) is not null or (select loan.scope_point()) is not null)
			and loan.sees_member(branch, household_id))));
do $$
declare
	t text;
begin
	foreach t in array array['household', 'household_member', 'household_class', 'household_attribute', 'personal',
		'household_agenda', 'household_signer', 'household_member_past', 'personal_past', 'household_survey', 'household_review',
		'import_review', 'eligibility_change'] loop
		execute format('create policy api on loan.%I to vonvay_api
			using (branch = (select loan.scope_branch())
				and ((select loan.scope_all()) or loan.sees_household(branch, household_id)))', t);
	end loop;
end $$;

-- A look is written for whoever has just seen the household, and asked for by those who see it themselves.
create policy api on loan.household_look to vonvay_api
	using (branch = (select loan.scope_branch()) and ((select loan.scope_all()) or loan.sees_household(branch, household_id)))
	with check (branch = (select loan.scope_branch()));
grant select, insert on loan.household_look to vonvay_api;

-- Two questions go beyond any scope and tell no place: is a citizen id known at all, and what is still sealed with another
-- key. Only functions of the owner ask them, which set this for themselves (sql/api/personal.sql).
create policy whole on loan.personal to vonvay_owner using ((select current_setting('vonvay.personal', true)) = 'whole');
create policy whole on loan.personal_past to vonvay_owner using ((select current_setting('vonvay.personal', true)) = 'whole');
create policy whole on loan.import_part to vonvay_owner using ((select current_setting('vonvay.personal', true)) = 'whole');
create policy whole on loan.data_key for select to vonvay_owner using (true);
create policy whole on loan.code for select to vonvay_owner using (true);
grant insert on loan.data_key to vonvay_api;
grant update (retired_at) on loan.data_key to vonvay_api;

create function loan.sees_application(p_branch smallint, p_application bigint) returns boolean
language plpgsql stable parallel safe as $$
begin
	return exists (select from loan.application a where a.branch = p_branch and a.application_id = p_application);
end $$;
comment on function loan.sees_application(smallint, bigint) is 'the actor of this transaction sees this application';
do $$
declare
	t text;
begin
	foreach t in array array['application_step', 'application_state'] loop
		execute format('create policy api on loan.%I to vonvay_api using (branch = (select loan.scope_branch())
			and ((select loan.scope_all()) or loan.sees_application(branch, application_id)))', t);
	end loop;
end $$;

-- Papers are seen with what they are about.
create policy api on loan.form_use to vonvay_api using (branch = (select loan.scope_branch()) and ((select loan.scope_all())
	or case subject when 'application' then loan.sees_application(branch, subject_id)
		when 'loan' then loan.sees_contract(branch, subject_id)
		when 'group' then loan.sees_group(branch, subject_id)
		when 'household' then loan.sees_household(branch, subject_id) end));

-- What the functions of api may do to the tables; nothing here can rewrite history.
grant select, insert on loan.entry, loan.place, loan.decision, loan.fact, loan.transition, loan.posting, loan.audit, loan.contract, loan.cell,
	loan.agenda, loan.state, loan.span, loan.portfolio_delta, loan.credit_group, loan.group_member, loan.household,
	loan.household_residence, loan.household_member, loan.household_class, loan.household_attribute, loan.household_agenda,
	loan.personal, loan.eligibility_change, loan.request_key, loan.sweep_run, loan.sweep_day, loan.sweep_chunk,
	loan.sweep_point, loan.sweep_retry, loan.sweep_held, loan.lease, loan.import, loan.import_part, loan.import_error,
	loan.area, loan.point, loan.point_day to vonvay_api;
grant select, insert on loan.form_use, loan.form_number, loan.application, loan.application_step, loan.application_state,
	loan.contract_study, loan.fund, loan.fund_appropriation to vonvay_api;
grant update (steps, state, since_on, due_on, amount, loan_id) on loan.application_state to vonvay_api;
grant update (superseded_by) on loan.fund_appropriation to vonvay_api;
grant usage on sequence loan.application_number to vonvay_api;
grant update (last) on loan.form_number to vonvay_api;
grant select, insert on loan.loan_check, loan.notice to vonvay_api;
grant select on loan.book, loan.household_member_version to vonvay_api, auditor;
grant select, insert on loan.household_signer, loan.household_member_past, loan.personal_past, loan.household_survey,
	loan.household_review, loan.import_review to vonvay_api;
grant update (position) on loan.entry to vonvay_api;
grant update (superseded_by) on loan.transition to vonvay_api;
grant update (superseded_at) on loan.area, loan.point_day to vonvay_api;
grant update (name, area, valid_from, valid_to) on loan.point to vonvay_api;
grant update (reply, entry_id) on loan.request_key to vonvay_api;
grant update (since) on loan.household_agenda to vonvay_api;
grant update (superseded_by) on loan.household_residence, loan.household_class, loan.household_attribute,
	loan.household_signer, loan.household_survey to vonvay_api;
grant update (name, search, left_on, ended, merged_into, version) on loan.household to vonvay_api;
grant update (name, search, sex, born_on, relation, ethnic, representative, from_on, until_on, ended, entry_id)
	on loan.household_member to vonvay_api;
grant update (closed_on, class, change, decision, closed_by) on loan.household_review to vonvay_api;
grant delete on loan.personal, loan.import_review to vonvay_api;
create policy api on loan.change to vonvay_api using (branch = (select loan.scope_branch()));
grant select on loan.change to vonvay_api;
create policy api on loan.relief to vonvay_api using (true);
grant select on loan.relief, loan.rate_rows to vonvay_api;
grant select on loan.rate_rows to auditor;
grant insert on loan.change, loan.relief, loan.session_change, loan.holiday, loan.programme_limit, loan.instalment_period,
	loan.rate_line, loan.rate_row, loan.policy to vonvay_api;
grant update (superseded_at, superseded_by) on loan.area, loan.point_day, loan.session_change, loan.holiday,
	loan.programme_limit, loan.instalment_period, loan.rate_row, loan.policy to vonvay_api;
grant update (opened, closed, change_id) on loan.programme to vonvay_api;
grant update (state, decided_by, decided_entry, note, applied_entry, loans_changed, message, finished_at) on loan.change to vonvay_api;
grant update on loan.state, loan.span, loan.business, loan.reference_version, loan.sweep_run, loan.sweep_point,
	loan.sweep_chunk, loan.sweep_held, loan.lease, loan.import to vonvay_api;
grant delete on loan.span, loan.portfolio_delta, loan.sweep_retry, loan.request_key, loan.import_error to vonvay_api;

grant insert on loan.seal, loan.seal_page, loan.verify_run to vonvay_api;
grant update (state, finished_at, result, error) on loan.verify_run to vonvay_api;

-- Append-only tables: a trigger refuses what no grant allows, so that an owner or a later grant can't either.
create function loan.refuse_change() returns trigger language plpgsql as $$
begin
	if (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
		return null;
	end if;
	raise exception 'append_only: rows of loan.% are never changed or deleted', tg_table_name using errcode = 'LN013';
end $$;
comment on function loan.refuse_change() is 'a row of an append-only table is neither updated nor deleted, except by a superuser';

create function loan.refuse_change_but() returns trigger language plpgsql as $$
declare
	was jsonb := to_jsonb(old);
	now jsonb := to_jsonb(new);
begin
	if was -> tg_argv[0] = 'null' and was - tg_argv[0] = now - tg_argv[0] then
		return new;
	end if;
	if (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
		return new;
	end if;
	raise exception 'append_only: of a row of loan.% only % is ever set, once', tg_table_name, tg_argv[0] using errcode = 'LN013';
end $$;
comment on function loan.refuse_change_but() is 'of a row of an append-only table one column, named in the trigger, goes from null to a value, once';

do $$
declare
	t text;
begin
	foreach t in array array['fact', 'posting', 'decision', 'place', 'audit', 'contract', 'agenda', 'eligibility_change', 'form_use', 'household_look', 'application', 'application_step', 'contract_study', 'loan_check', 'notice',
		'seal', 'seal_page'] loop
		execute format('create trigger append_only before update or delete or truncate on loan.%I
			for each statement execute function loan.refuse_change()', t);
	end loop;
	foreach t in array array['entry', 'transition'] loop
		execute format('create trigger append_only before delete or truncate on loan.%I
			for each statement execute function loan.refuse_change()', t);
	end loop;
end $$;
create trigger append_only_position before update on loan.entry
	for each row execute function loan.refuse_change_but('position');
create trigger append_only_superseded before update on loan.transition
	for each row execute function loan.refuse_change_but('superseded_by');

-- References of the tables that grow with every fact, checked for all rows of a statement at once: a foreign key would
-- look up each row by itself, and what they point at is append-only too.
create function loan.refuse_orphans() returns trigger language plpgsql as $$
declare
	lost bigint;
begin
	case tg_argv[0]
	when 'contract' then
		select n.loan_id into lost from (select distinct branch, loan_id from added) n
		where not exists (select from loan.contract c where c.branch = n.branch and c.loan_id = n.loan_id) limit 1;
	when 'entry' then
		select e.entry_id into lost from (select distinct branch, entry_id from added) e
		where not exists (select from loan.entry t where t.branch = e.branch and t.entry_id = e.entry_id) limit 1;
	when 'fact' then
		select n.reverses into lost from added n where n.reverses is not null and not exists (
			select from loan.fact f where f.branch = n.branch and f.loan_id = n.loan_id and f.no = n.reverses and f.no < n.no)
		limit 1;
	when 'decided' then
		select n.no into lost from added n where not exists (
			select from loan.fact f where f.branch = n.branch and f.loan_id = n.loan_id and f.no = n.no) limit 1;
	when 'account' then
		select a.account into lost
		from (select distinct debit as account from added union select distinct credit from added) a
		where not exists (select from loan.account t where t.account = a.account) limit 1;
	when 'cell' then
		select n.cell_id into lost from (select distinct branch, cell_id from added) n
		where not exists (select from loan.cell c where c.branch = n.branch and c.cell_id = n.cell_id) limit 1;
	end case;
	if found then
		raise exception 'loan.% has no % %', tg_table_name, tg_argv[0], lost
			using errcode = 'foreign_key_violation', schema = 'loan', table = tg_table_name;
	end if;
	return null;
end $$;
comment on function loan.refuse_orphans() is 'a foreign key for all rows of a statement at once; the argument names the table pointed at';

do $$
declare
	t text;
	target text;
begin
	foreach t in array array['fact', 'transition', 'posting', 'decision', 'span', 'agenda', 'portfolio_delta'] loop
		foreach target in array case t
			when 'fact' then array['contract', 'entry', 'fact']
			when 'transition' then array['contract', 'entry']
			when 'posting' then array['contract', 'entry', 'account']
			when 'decision' then array['decided']
			when 'portfolio_delta' then array['cell']
			else array['contract'] end loop
			execute format('create trigger refers_to_%2$s after insert on loan.%1$I referencing new table as added
				for each statement execute function loan.refuse_orphans(%2$L)', t, target);
		end loop;
	end loop;
end $$;

-- What 007 made: rows of a household are seen with it, targets with their commune, the rest is of the branch.
do $$
declare
	t text;
begin
	foreach t in array array['escape_registration', 'need', 'need_end', 'support_plan', 'application_recheck'] loop
		execute format('create policy api on loan.%I to vonvay_api using (branch = (select loan.scope_branch())
			and ((select loan.scope_all()) or loan.sees_household(branch, household_id)))', t);
	end loop;
	foreach t in array array['programme_change', 'work_done'] loop
		execute format('create policy api on loan.%I to vonvay_api using (branch = (select loan.scope_branch()))', t);
	end loop;
	foreach t in array array['need', 'programme_change', 'work_done'] loop
		execute format('create trigger append_only before update or delete or truncate on loan.%I
			for each statement execute function loan.refuse_change()', t);
	end loop;
	foreach t in array array['need_end', 'support_plan', 'target', 'application_recheck'] loop
		execute format('create trigger append_only before delete or truncate on loan.%I
			for each statement execute function loan.refuse_change()', t);
		execute format('create trigger append_only_once before update on loan.%I
			for each row execute function loan.refuse_change_but(%L)', t,
			case t when 'application_recheck' then 'confirmed_by' else 'superseded_by' end);
	end loop;
end $$;
create policy api on loan.target to vonvay_api using (
	branch = (select loan.scope_branch()) and ((select loan.scope_all()) or ((select loan.scope_part())
		and ((select loan.scope_homes()) is null or area = any ((select loan.scope_homes())::text[])))));
grant select, insert on loan.escape_registration, loan.need, loan.need_end, loan.support_plan, loan.target,
	loan.programme_change, loan.application_recheck, loan.work_done to vonvay_api;
grant update (withdrawn_on, withdrawn_by) on loan.escape_registration to vonvay_api;
grant update (superseded_by) on loan.need_end, loan.support_plan, loan.target to vonvay_api;
grant update (confirmed_by) on loan.application_recheck to vonvay_api;

-- Groups in time, deposits and sessions (009).
create policy api on loan.session to vonvay_api using (branch = (select loan.scope_branch())
	and ((select loan.scope_point()) is null or point_id = (select loan.scope_point())));
do $$
declare
	t text;
begin
	foreach t in array array['group_leader', 'group_event', 'session_sheet', 'session_line'] loop
		execute format('create policy api on loan.%I to vonvay_api
			using (branch = (select loan.scope_branch()) and ((select loan.scope_all()) or loan.sees_group(branch, group_id)))', t);
	end loop;
	foreach t in array array['deposit', 'deposit_fact', 'deposit_posting'] loop
		execute format('create policy api on loan.%I to vonvay_api
			using (branch = (select loan.scope_branch())
				and ((select loan.scope_all()) or loan.sees_household(branch, household_id)))', t);
	end loop;
	foreach t in array array['group_event', 'deposit_fact', 'deposit_posting', 'session_sheet'] loop
		execute format('create trigger append_only before update or delete or truncate on loan.%I
			for each statement execute function loan.refuse_change()', t);
	end loop;
	foreach t in array array['group_leader', 'session_line'] loop
		execute format('create trigger append_only before delete or truncate on loan.%I
			for each statement execute function loan.refuse_change()', t);
		execute format('create trigger append_only_superseded before update on loan.%I
			for each row execute function loan.refuse_change_but(''superseded_by'')', t);
	end loop;
end $$;
create trigger refers_to_account after insert on loan.deposit_posting referencing new table as added
	for each statement execute function loan.refuse_orphans('account');
grant select, insert on loan.group_leader, loan.group_event, loan.deposit, loan.deposit_fact, loan.deposit_posting,
	loan.session, loan.session_sheet, loan.session_line to vonvay_api;
grant update (until_on, ended_by) on loan.group_member to vonvay_api;
grant update (dissolved_on) on loan.credit_group to vonvay_api;
grant update (superseded_by) on loan.group_leader, loan.session_line to vonvay_api;
grant update (facts, balance) on loan.deposit to vonvay_api;
grant update (closed_on, closed_at, close_entry) on loan.session to vonvay_api;

-- Staff (012).
create trigger append_only before delete or truncate on loan.staff_role
	for each statement execute function loan.refuse_change();
create trigger append_only_superseded before update on loan.staff_role
	for each row execute function loan.refuse_change_but('superseded_by');
create trigger never_forgotten before delete or truncate on loan.staff
	for each statement execute function loan.refuse_change();
grant insert on loan.staff, loan.staff_role to vonvay_api;
grant update (until_on, certificates_from) on loan.staff to vonvay_api;
grant update (superseded_by) on loan.staff_role to vonvay_api;
do $$
declare
	t text;
begin
	foreach t in array array['staff_change', 'staff_handed'] loop
		execute format('create policy api on loan.%I to vonvay_api using (branch = (select loan.scope_branch()))', t);
		execute format('grant select, insert on loan.%I to vonvay_api', t);
	end loop;
end $$;
grant update (staff_id, state, decided_by, decided_entry, note, finished_at) on loan.staff_change to vonvay_api;
create trigger append_only before update or delete or truncate on loan.staff_handed
	for each statement execute function loan.refuse_change();
create trigger append_only before delete or truncate on loan.staff_change
	for each statement execute function loan.refuse_change();

-- The web door (013): which functions reach it is the door, as nobody has signed in yet.
do $$
declare
	t text;
begin
	foreach t in array array['credential', 'web_session', 'sign_in_try'] loop
		execute format('create policy api on loan.%I to vonvay_api using (true)', t);
		execute format('grant select, insert on loan.%I to vonvay_api', t);
	end loop;
end $$;
grant update (superseded_at) on loan.credential to vonvay_api;
grant update (used_at, ended_at, ended) on loan.web_session to vonvay_api;
grant update, delete on loan.sign_in_try to vonvay_api;
create trigger append_only before delete or truncate on loan.credential
	for each statement execute function loan.refuse_change();
create trigger append_only_superseded before update on loan.credential
	for each row execute function loan.refuse_change_but('superseded_at');
create trigger append_only before delete or truncate on loan.web_session
	for each statement execute function loan.refuse_change();

-- Contract numbers: 6600 and twelve digits.
create sequence loan.contract_number minvalue 1 maxvalue 999999999999;
grant usage on sequence loan.contract_number to vonvay_api;

reset role;
