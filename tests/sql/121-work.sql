-- The work list: its sources, whose it is, what is done by being seen.
begin;
\ir fixture.psql
select no_plan();
insert into loan.eligibility_change (branch, household_id, effective_on, reason, lost, gained, reasons, entry_id)
values (1, 3, '2021-12-30', 'escaped_end', '{09}', '{}', '{"09":["escaped_too_long"]}', 1), (1, 4, '2021-12-31', 'changed', '{}', '{01}', '{}', 1);
insert into loan.programme_change (branch, programme, effective_on, open, first, reasons, entry_id)
values (1, '01', '2020-12-31', true, true, '{}', 1), (1, '07', '2021-01-01', false, false, '{programme_closed}', 1);
select test.disburse(test.staff('giaodich'), test.key(1), 6600000000000001, 1, 10000000, '2022-01-01') \g /dev/null
insert into loan.sweep_held (branch, loan_id, on_day, reason) values (1, 6600000000000001, '2022-01-01', 'overflow');
insert into loan.application_recheck (branch, application_id, household_id, on_day, reasons, entry_id) values (1, 5, 2, '2021-12-31', '{class}', 1);
create function test.work(p_who text, p jsonb) returns text language sql as $$
	select string_agg(concat_ws(' ', r ->> 'kind', (r ->> 'household')::bigint, r ->> 'days_late'), ', ' order by i)
	from jsonb_array_elements(api.work_list(test.staff(p_who), p) -> 'rows') with ordinality x (r, i)
$$;
select is(test.work('tindung', '{}'), 'programme 365, eligibility 3 2, eligibility 4 1, recheck 2 1, held 1 0, check 1 0', 'the most urgent first');
select is(test.work('tindung', '{"kind":"held"}'), 'held 1 0', 'of one kind');
select is(test.work('tindung', '{"area":"AL07"}'), 'eligibility 4 1', 'of a commune');
select is(test.work('tindung', '{"organisation":"women"}'), 'eligibility 3 2', 'of an organisation');
select is(test.work('tindung', '{"as_of":"2021-12-30"}'), 'programme 363, eligibility 3 0', 'as of a day');
select is(test.work('tindung', '{"limit":2,"skip":1}'), 'eligibility 3 2, eligibility 4 1', 'in pages');
select is(test.work('hoiphunu', '{}'), 'programme 365, eligibility 3 2', 'the women''s union sees its own');
select throws_ok($$ select api.work_list(1, '{"kind":"nothing"}') $$, 'LN422', null, 'an unknown kind');
select is(api.work_list(1, '{"kind":"eligibility"}') -> 'kinds', '[{"kind":"eligibility","action":"tell_household","count":2,"late":2}]', 'counts by kind');
select is((api.work_list(1, '{"kind":"eligibility","limit":1}') #> '{rows,0}') - '{subject_id,detail}'::text[], '{"kind":"eligibility","subject":"eligibility","household":"0000000003","name":"Lê Văn Tuấn","commune":"AL02","commune_name":"A Ngo","hamlet":"","group":"0000002","organisation":"women","due_on":"2021-12-30","days_late":2,"action":"tell_household","role":"officer"}', 'a row says what is to be done, by whom');
create function test.done(p_who text, p_key integer, p jsonb) returns jsonb language sql as $$
	select reply::jsonb from api.work_done(test.staff(p_who), 1::smallint, test.key(p_key), sha256(p::text::bytea), '{}', test.business(), test.version(), p)
$$;
select row_id as seen from loan.eligibility_change where household_id = 3 \gset
select throws_ok(format($$ select test.done('hoinongdan', 2, '{"kind":"eligibility","subject_id":"%s"}') $$, :'seen'), 'LN404', null, 'not what is not seen');
select is(test.done('tindung', 3, jsonb_build_object('kind', 'eligibility', 'subject_id', :'seen')) ->> 'done', 'true', 'seen');
select is(test.work('tindung', '{"kind":"eligibility"}'), 'eligibility 4 1', 'it waits no longer');
select is(test.work('tindung', '{"kind":"eligibility","as_of":"2021-12-31"}'), 'eligibility 3 1, eligibility 4 0', 'but did the day before');
select throws_ok(format($$ select test.done('tindung', 4, '{"kind":"eligibility","subject_id":"%s"}') $$, :'seen'), 'LN404', null, 'once');
select throws_ok($$ select test.done('tindung', 4, '{"kind":"held","subject_id":"6600000000000001"}') $$, 'LN422', null, 'a held loan is not done by being seen');

-- freezes that end, changes that wait for a second person
update loan.state set in_term = 0, frozen = 10000000, frozen_until = '2022-07-01', status = 3 where loan_id = 6600000000000001;
select is(test.work('tindung', '{"kind":"freeze"}'), 'freeze 1 0', 'a freeze that ends in six months');
update loan.state set frozen_until = '2022-07-02' where loan_id = 6600000000000001;
select is(test.work('tindung', '{"kind":"freeze"}'), null, 'not one that ends later');
update loan.state set frozen_until = 'infinity' where loan_id = 6600000000000001;
select is(test.work('tindung', '{"kind":"freeze"}'), null, 'nor one whose end is not known');
insert into loan.change (branch, kind, parameters, reason, proposed_by, proposed_entry) select 1, 'policy', '{}', 'thử', test.staff('tindung'), max(entry_id) from loan.entry;
select is(api.work_list(1, '{"kind":"change"}') #> '{rows,0,detail}', '{"what":"policy","reason":"thử","decision":""}', 'a change that is proposed');
update loan.change set state = 'rejected', decided_by = test.staff('giamdoc'), decided_entry = proposed_entry;
select is(test.work('tindung', '{"kind":"change"}'), null, 'once decided it waits no longer');

select is_empty($$ select kind from loan.work_all(1::smallint, '2022-01-01', null) except select kind from loan.work_kinds() $$, 'every kind has its row in work_kinds');
select is_empty($$ select kind from loan.work_kinds() group by 1 having count(*) > 1 $$, 'and one only');
select * from finish();
rollback;
