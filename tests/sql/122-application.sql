-- Applications and funds in the database: steps on top of what was read, four eyes, re-checks, scope, history, appropriations.
begin;
\ir fixture.psql
select no_plan();

create function test.submit(p_who text, p_key integer, p_household bigint, p_group bigint, p_organisation integer, p_commune text)
returns jsonb language sql as $$
	select reply::jsonb from api.application_submit(test.staff(p_who), 1::smallint, test.key(p_key), sha256(p_key::text::bytea), '{}',
		test.business(), test.version(), jsonb_build_object('household', p_household::text, 'programme', '01', 'amount', 30000000),
		jsonb_build_object('on', test.business(), 'group', p_group, 'point_id', 1, 'organisation', p_organisation, 'commune', p_commune,
			'purpose', '', 'units', 1, 'term_months', 24, 'due_on', test.business() + 7))
$$;
create function test.steps(p_application bigint, p_steps integer, p_state integer) returns jsonb language sql as $$
	select jsonb_build_array(jsonb_build_object('application', p_application, 'steps', p_steps, 'state', p_state, 'on', test.business(),
		'amount', 30000000, 'reason', case p_state when 5 then 'x' end, 'due_on', test.business() + 9))
$$;

select is(test.submit('hoinongdan', 1, 1, 1, 11, 'AL02') ->> 'number', '2022/000001', 'an application has its paper');
select is(test.submit('hoinongdan', 1, 1, 1, 11, 'AL02') ->> 'application', '0000000001', 'asked again it is the same one');
select throws_ok($$ select test.submit('hoinongdan', 2, 1, 1, 11, 'AL02') $$, 'LN014', null, 'one open application a household and programme');
select throws_ok($$ select test.submit('hoinongdan', 3, 3, 2, 12, 'AL02') $$, '42501', null, 'not for a group of another organisation');
select is((select due_on from loan.application_state), test.business() + 7, 'the next step is due');

create function test.step(p_who text, p_key integer, p_what text, p_rows jsonb) returns jsonb language plpgsql as $$
declare
	v_reply text;
begin
	execute format('select reply from api.application_%s($1, 1::smallint, $2, $3, ''{}'', $4, $5, ''{"reason":"x"}'', $6)', p_what)
	into v_reply using test.staff(p_who), test.key(p_key), sha256(p_key::text::bytea), test.business(), test.version(), p_rows;
	return v_reply::jsonb;
end $$;

select throws_ok($$ select test.step('giaodich', 10, 'appraise', test.steps(1, 0, 2)) $$, 'LN409', null, 'a step on top of another is stale');
select throws_ok($$ select test.step('giaodich', 11, 'appraise', test.steps(9, 1, 2)) $$, 'LN041', null, 'no such application');
select is(test.step('giaodich', 12, 'appraise', test.steps(1, 1, 2)) -> 'applications' -> 0 ->> 'state', 'appraised', 'appraised');
select is(test.step('giaodich', 13, 'confirm', test.steps(1, 2, 3)) ->> 'list', '2022/000001', 'confirmed on the list of the group');
select is((select count(*) from loan.form_use where form = '03/TD'), 1::bigint, 'which is one paper');
select throws_ok($$ select test.step('giaodich', 14, 'approve', test.steps(1, 3, 4)) $$, 'LN043', null, 'who appraised it does not approve it');
select throws_ok($$ select test.step('hoinongdan', 15, 'approve', test.steps(1, 3, 4)) $$, 'LN043', null, 'nor does who took it');
insert into loan.application_recheck (branch, application_id, household_id, on_day, reasons, entry_id)
values (1, 1, 1, test.business(), '{class}', 1);
select throws_ok($$ select test.step('tindung', 16, 'approve', test.steps(1, 3, 4)) $$, 'LN044', null, 'nor anybody while the night has found something');
select lives_ok($$ select test.step('tindung', 17, 'confirm', test.steps(1, 3, 3)) $$, 'the commune confirms again');
select isnt((select confirmed_by from loan.application_recheck), null, 'which ends it');
select is(test.step('tindung', 18, 'approve', test.steps(1, 4, 4)) ->> 'number', '2022/000001', 'approved in writing');
select throws_ok($$ select test.step('tindung', 19, 'refuse', jsonb_set(test.steps(1, 5, 5), '{0,reason}', '""')) $$, '23514', null, 'a refusal has a reason');
select results_eq($$ select no, state from loan.application_step order by no $$,
	$$ values (1::smallint, 1::smallint), (2::smallint, 2::smallint), (3::smallint, 3::smallint), (4::smallint, 3::smallint), (5::smallint, 4::smallint) $$,
	'all steps stay');
set local role vonvay_owner;
select throws_ok('update loan.application set amount = 1', 'LN013', null, 'what was asked for is never changed');
select throws_ok('delete from loan.application_step', 'LN013', null, 'nor is a step');
reset role;

select is(jsonb_array_length(api.application_list(test.staff('hoinongdan'), '{}') -> 'applications'), 1, 'farmers see it');
select is(jsonb_array_length(api.application_list(test.staff('hoiphunu'), '{}') -> 'applications'), 0, 'women do not');
select throws_ok($$ select api.application_show(test.staff('hoiphunu'), '{"application":"1"}') $$, 'LN041', null, 'for them there is none');
select is(jsonb_array_length(api.application_show(test.staff('giaodich'), '{"application":"1"}') -> 'forms'), 4, 'its papers');
select loan.enter(test.staff('giaodich')) \g /dev/null
select results_eq($$ select due_on, detail ->> 'action', (detail ->> 'late')::boolean from loan.work_applications(1::smallint, test.business() + 10) $$,
	$$ select test.business() + 9, 'disburse', true $$, 'the work list knows the step and that it is late');
select is_empty($$ select from loan.work_applications(1::smallint, test.business() - 1) $$, 'there was nothing to do the day before');

-- Appropriations.
create function test.appropriate(p_key integer, p_amount bigint) returns jsonb language sql as $$
	select reply::jsonb from api.fund_appropriate(test.staff('giamdoc'), 1::smallint, test.key(p_key), sha256(p_key::text::bytea), '{}',
		test.business(), test.version(), jsonb_build_object('fund', 1, 'programme', '01', 'year', 2022, 'amount', p_amount, 'decision', 'QĐ'))
$$;
select is(test.appropriate(30, 20000000) ->> 'left', '20000000', 'all of it is left');
select test.disburse(test.staff('giaodich'), test.key(31), 6600000000000001, 1, 15000000, test.business()) \g /dev/null
select throws_ok($$ select test.disburse(test.staff('giaodich'), test.key(32), 6600000000000002, 4, 5000001, test.business()) $$,
	'LN040', 'fund 1 (Nguồn vốn trung ương), programme 01, year 2022: 1 đồng more than is left of the appropriation of 20000000 (QĐ)',
	'more than is left is refused, naming the row');
select lives_ok($$ select test.disburse(test.staff('giaodich'), test.key(33), 6600000000000002, 4, 5000000, test.business()) $$, 'what is left is lent');
select results_eq($$ select lent, collected from loan.fund_flow(1::smallint, 1::smallint, '01', 2022) $$, $$ values (20000000::bigint, 0::bigint) $$, 'lent');
select results_eq($$ select lent, collected from loan.fund_flow(1::smallint, 1::smallint, '01', 2023) $$, $$ values (0::bigint, 0::bigint) $$, 'in that year');
select results_eq($$ select lent, collected from loan.fund_flow(1::smallint, 2::smallint, '01', 2022) $$, $$ values (0::bigint, 0::bigint) $$, 'of that fund');
select is(test.appropriate(34, 10000000) ->> 'left', '-10000000', 'a smaller appropriation shows what is lent beyond it');
select is((select count(*) from loan.fund_appropriation where superseded_by is null), 1::bigint, 'one is in force');
select * from finish();
rollback;
