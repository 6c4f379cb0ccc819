-- Changes of reference data: two people, a preview that changes nothing, rows that say who made them, refusals that name the field.
begin;
\ir fixture.psql
select no_plan();

create function test.propose(p_actor text, p_key integer, p_kind text, p jsonb, p_reason text default 'QĐ thử', p_decision text default '1/QĐ')
returns bigint language sql as $$
	select (r.reply::jsonb ->> 'change')::bigint from api.change_propose(test.staff(p_actor), 1::smallint, test.key(p_key), sha256(p::text::bytea), '{}',
		test.business(), test.version(), jsonb_build_object('reason', p_reason, 'decision', p_decision), 'change.propose', p_kind, p) r
$$;
create function test.approve(p_actor text, p_key integer, p_change bigint) returns text language sql as $$
	select r.reply::jsonb ->> 'state' from api.change_approve(test.staff(p_actor), 1::smallint, test.key(p_key), sha256('approve'), '{}',
		test.business(), test.version(), jsonb_build_object('change', p_change::text, 'note', 'đồng ý'), test.version()) r
$$;
create function test.rates(p_line text) returns text language sql as $$
	select string_agg(r.valid_from || ' ' || r.rate_e7 || ' ' || r.applies_to, ', ' order by r.valid_from) from loan.rate_rows r where r.line = p_line
$$;

-- two people
select is(test.propose('tindung', 1, 'rate', '{"line":"01","from":"2022-02-01","rate":"6.0","applies_to":"all_balances"}'), 1::bigint, 'proposed');
select is(test.rates('01'), '2014-06-06 720000 all_balances, 2015-06-01 660000 all_balances, 2025-12-01 624000 all_balances', 'nothing happens');
select is(test.propose('tindung', 1, 'rate', '{"line":"01","from":"2022-02-01","rate":"6.0","applies_to":"all_balances"}'), 1::bigint, 'proposed again with its key: once');
select throws_ok($$ select test.approve('tindung', 2, 1) $$, 'LN043', null, 'who proposed it can''t approve it');
select is((select r ->> 'rate_e7' from api.change_try(test.staff('giamdoc'), 1, null, null, null) t, jsonb_array_elements(t.after -> 'lines') l,
	jsonb_array_elements(l -> 'rows') r where l ->> 'line' = '01' and r ->> 'from' = '2022-02-01'), '600000', 'the preview shows the row');
select is(test.rates('01'), '2014-06-06 720000 all_balances, 2015-06-01 660000 all_balances, 2025-12-01 624000 all_balances', 'and leaves no trace');
select test.version() as version \gset
select is(test.approve('giamdoc', 3, 1), 'applied', 'another person approves: applied at once');
select is(test.version(), :version + 1::bigint, 'the reference data have another version');
select is(test.rates('01'), '2014-06-06 720000 all_balances, 2015-06-01 660000 all_balances, 2022-02-01 600000 all_balances, 2025-12-01 624000 all_balances', 'a row more');
select is((select array[r.change_id::text, r.mark, s.name] from loan.rate_row r join loan.change c using (change_id) join loan.staff s on s.staff_id = c.proposed_by
	where r.line = '01' and r.valid_from = '2022-02-01'), '{1,found,tindung}', 'that says who made it');
select throws_ok($$ select test.approve('giamdoc', 4, 1) $$, 'LN014', null, 'once');


-- a change for new contracts opens a line
select is(test.approve('giamdoc', 11, test.propose('tindung', 10, 'rate', '{"line":"01","from":"2022-03-01","rate":"7","applies_to":"new_loans"}')), 'applied', 'for new loans');
select is(test.rates('01B'), '2022-03-01 700000 new_loans', 'a line of its own');
select is(loan.change_line_next('01'), '01C', 'then C');
select is(loan.change_line_next('03B-priority'), '03D-priority', 'a priority line keeps its tail') where loan.change_line_next('03B-priority') = '03D-priority';
select is(loan.change_line_next('25-productionA'), '25-productionC', 'a line of a purpose keeps it') where exists (select from loan.rate_line where line = '25-productionB');
select throws_ok($$ select test.propose('tindung', 12, 'rate', '{"line":"01","from":"2022-02-15","rate":"7.1","applies_to":"new_loans"}') $$, 'LN014', null, 'not before a line that begins later');

-- refusals name the field
select throws_ok($$ select test.propose('tindung', 20, 'rate', '{"line":"99","from":"2022-03-01","rate":"7"}') $$, 'LN404', null, 'no such line');
select throws_ok($$ select test.propose('tindung', 20, 'rate', '{"line":"01","from":"2021-03-01","rate":"7"}') $$, 'LN007', null, 'in the past');
select throws_ok($$ select test.propose('tindung', 20, 'rate', '{"line":"01","from":"2022-02-01","rate":"6.0"}') $$, 'LN014', null, 'is so already');
select throws_ok($$ select test.propose('tindung', 20, 'rate_correction', '{"line":"01","from":"2022-02-01","rate":"6.1"}') $$, 'LN007', null, 'a correction of what is to come');
select throws_ok($$ select test.propose('tindung', 20, 'rate_correction', '{"line":"01","from":"2014-06-05","rate":"6.1"}') $$, 'LN007', null, 'before the line begins');
select throws_ok($$ select test.propose('tindung', 20, 'rate', '{"line":"01","from":"2022-05-01","rate":"101"}') $$, '23514', null, 'a rate out of range');
select throws_ok($$ select test.propose('tindung', 20, 'policy', '{"name":"nope","from":"2022-05-01","value":"1"}') $$, 'LN404', null, 'no such policy');
select throws_ok($$ select test.propose('tindung', 20, 'policy', '{"name":"group_members_max","from":"2022-05-01","value":"many"}') $$, 'LN422', null, 'a number');
select throws_ok($$ select test.propose('tindung', 20, 'holiday', '{"day":"2022-01-01","name":"x"}') $$, 'LN014', null, 'a holiday already');
select throws_ok($$ select test.propose('tindung', 20, 'holiday', '{"day":"2022-03-03","cancelled":true}') $$, 'LN404', null, 'none');
select throws_ok($$ select test.propose('tindung', 20, 'session_day', '{"point":"TXN9","from":"2022-05-01","session_day":3}') $$, 'LN404', null, 'no such point');
select throws_ok($$ select test.propose('tindung', 20, 'session_change', '{"point":"TXN1","month":"2022-05-01","held_on":"2022-08-01"}') $$, 'LN422', null, 'too far');
select throws_ok($$ select test.propose('tindung', 20, 'session_change', '{"point":"TXN1","month":"2022-05-01"}') $$, 'LN422', null, 'neither moved nor cancelled');
select throws_ok($$ select test.propose('tindung', 20, 'area_end', '{"areas":["AL07"],"until":"2022-06-30","successor":"AL07"}') $$, 'LN014', null, 'its own successor');
select throws_ok($$ select test.propose('tindung', 20, 'area_end', '{"areas":["AL02"],"until":"2026-06-30","successor":"AL07"}') $$, 'LN014', null, 'has ended');
select throws_ok($$ select test.propose('tindung', 20, 'instalment_period', '{"programme":"01","term_from":10,"term_to":20,"instalment_months":12}') $$, 'LN014', null, 'overlapping terms');
select throws_ok($$ select test.propose('tindung', 20, 'programme', '{"programme":"01","from":"2022-06-30"}') $$, 'LN014', null, 'open');
select throws_ok($$ select test.propose('tindung', 20, 'limit', '{"programme":"01","from":"2021-06-30","cap":1000}') $$, 'LN007', null, 'a limit in the past');
select throws_ok($$ select test.propose('hoinongdan', 20, 'holiday', '{"day":"2022-03-03","name":"x"}') $$, 'LN403', null, 'who sees a part of the branch does not change the rules of all');
select is((select count(*) from loan.change), 2::bigint, 'a refused proposal leaves nothing');

-- the other kinds
select is(test.approve('giamdoc', 31, test.propose('tindung', 30, 'limit', '{"programme":"01","from":"2022-06-01","cap":120000000}')), 'applied', 'limit');
select is((select string_agg(concat_ws(' ', valid_from, valid_to, cap, max_term_months), ', ' order by valid_from) from loan.programme_limit where code = '01' and purpose = '' and superseded_at is null),
	'2014-05-01 2019-02-28 50000000 60, 2019-03-01 2022-05-31 100000000 120, 2022-06-01 120000000 120', 'the one before ends the day before; what was not said stays');
select is(test.approve('giamdoc', 33, test.propose('tindung', 32, 'instalment_period', '{"programme":"01","term_from":13,"term_to":60,"instalment_months":12}')), 'applied', 'instalment period');
select is((select instalment_months_max::integer from loan.instalment_period where code = '01' and term_months_from = 13 and superseded_at is null), 12, 'is 12 months now');
select is(test.approve('giamdoc', 35, test.propose('tindung', 34, 'policy', '{"name":"group_members_max","from":"2022-06-01","value":"50"}')), 'applied', 'policy');
select is(test.approve('giamdoc', 37, test.propose('tindung', 36, 'holiday', '{"day":"2022-12-24","name":"Nghỉ bù"}')), 'applied', 'holiday');
select is(test.approve('giamdoc', 39, test.propose('tindung', 38, 'session_day', '{"point":"TXN1","from":"2022-06-01","session_day":12}')), 'applied', 'session day');
select is(test.approve('giamdoc', 41, test.propose('tindung', 40, 'session_change', '{"point":"TXN1","month":"2022-02-01","held_on":"2022-02-20"}')), 'applied', 'session moved');
select is((select array[month, held_on - date '2022-01-01'] from loan.session_change), array[2022 * 12 + 1, 50], 'in its month');
select is(test.approve('giamdoc', 43, test.propose('tindung', 42, 'area_new', '{"area":"ALX5","name":"A Lưới 5","parent":"AL","from":"2022-07-01","difficulty":2}')), 'applied', 'a new unit');
select is(test.approve('giamdoc', 45, test.propose('tindung', 44, 'area_end', '{"areas":["AL07"],"until":"2022-06-30","successor":"ALX5"}')), 'applied', 'a merger');
select is((select array[valid_to::text, successor, change_id::text] from loan.area where code = 'AL07' and superseded_at is null), array['2022-06-30', 'ALX5', (select max(change_id)::text from loan.change)], 'the old unit ends');
select is((select (counts ->> 'households') || ' ' || (counts ->> 'groups') from api.change_try(test.staff('giamdoc'), null, 'area_difficulty', '{"area":"AL07","difficulty":1}', '')), '3 2', 'what belongs to it is counted');
select is(test.approve('giamdoc', 47, test.propose('tindung', 46, 'area_difficulty', '{"area":"ALX2","difficulty":2}')), 'applied', 'difficulty');
select is(test.approve('giamdoc', 49, test.propose('tindung', 48, 'programme', '{"programme":"10","until":"2022-06-30"}')), 'applied', 'programme closed');
select is(test.approve('giamdoc', 51, test.propose('tindung', 50, 'programme', '{"programme":"10","from":"2022-09-01"}')), 'applied', 'and opened again');

-- relief: lines that follow their base
select is(test.approve('giamdoc', 61, test.propose('tindung', 60, 'relief', '{"name":"Bão số 3","rate_delta":"2","from":"2022-01-10","until":"2022-04-01","lines":["01","07"]}')), 'applied', 'relief');
select is(test.rates('01~1'), '2014-06-06 720000 all_balances, 2015-06-01 660000 all_balances, 2022-01-10 460000 all_balances, 2022-02-01 400000 all_balances, 2022-04-01 600000 all_balances, 2025-12-01 624000 all_balances', 'two points less inside its days');
select is(test.rates('07~1'), '2015-10-01 300000 new_loans, 2022-01-10 100000 all_balances, 2022-04-01 300000 all_balances', 'one per cent is left of three');
select is((select string_agg(line || ' ' || overlay, ', ' order by line) from loan.rate_line where base is not null), '01~1 1, 07~1 2', 'lines with a number');
select is(test.approve('giamdoc', 63, test.propose('tindung', 62, 'rate', '{"line":"01","from":"2022-03-01","rate":"1.5"}')), 'applied', 'the base changes');
select is(test.rates('01~1'), '2014-06-06 720000 all_balances, 2015-06-01 660000 all_balances, 2022-01-10 460000 all_balances, 2022-02-01 400000 all_balances, 2022-03-01 0 all_balances, 2022-04-01 150000 all_balances, 2025-12-01 624000 all_balances', 'its overlay follows, never below nothing');
select throws_ok($$ select test.propose('tindung', 64, 'rate', '{"line":"01~1","from":"2022-05-01","rate":"1.5"}') $$, 'LN014', null, 'an overlay has no rates of its own');

-- reject, withdraw
select test.propose('tindung', 70, 'holiday', '{"day":"2022-12-25","name":"x"}') as c \gset
select throws_ok(format($$ select api.change_reject(test.staff('tindung'), 1::smallint, test.key(71), sha256('x'), '{}', test.business(), test.version(), '{"change":"%s"}') $$, :c), 'LN043', null, 'the proposer does not reject');
select throws_ok(format($$ select api.change_withdraw(test.staff('giamdoc'), 1::smallint, test.key(72), sha256('x'), '{}', test.business(), test.version(), '{"change":"%s"}') $$, :c), 'LN403', null, 'another does not withdraw');
select is((select reply::jsonb ->> 'state' from api.change_reject(test.staff('giamdoc'), 1::smallint, test.key(73), sha256('x'), '{}', test.business(), test.version(), jsonb_build_object('change', :c))), 'rejected', 'rejected');
select test.propose('tindung', 74, 'holiday', '{"day":"2022-12-26","name":"x"}') as c \gset
select is((select reply::jsonb ->> 'state' from api.change_withdraw(test.staff('tindung'), 1::smallint, test.key(75), sha256('x'), '{}', test.business(), test.version(), jsonb_build_object('change', :c))), 'withdrawn', 'withdrawn');
select is((select count(*) from loan.holiday where on_day in ('2022-12-25', '2022-12-26')), 0::bigint, 'neither is stored');
select throws_ok($$ select api.change_show(test.staff('giamdoc'), '{"change":"999"}') $$, 'LN404', null, 'no such change');
select is((select count(*) from jsonb_array_elements(api.change_list(test.staff('giaodich'), '{"state":"applied"}') -> 'changes')), (select count(*) from loan.change where state = 'applied'), 'the list');

-- what may change the past waits for the worker
select test.propose('tindung', 80, 'rate_correction', '{"line":"01","from":"2021-06-01","rate":"6.5"}', 'sai số') as c \gset
select is(test.approve('giamdoc', 81, :c), 'applying', 'a correction is handed to the worker');
select is((select array[change_id, cardinality(loans)] from api.change_begin(test.staff('night'))), array[:c, 0]::bigint[], 'which takes it');
select is(api.change_write(test.staff('night'), :c, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}'), 0, 'and ends it');
select is((select state || ' ' || loans_changed from loan.change where change_id = :c), 'applied 0', 'applied');
select throws_ok(format($$ select api.change_write(test.staff('night'), %s, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}') $$, :c), 'LN014', null, 'once');
select is((select change_id from api.change_begin(test.staff('night'))), null, 'nothing waits');
select is((select count(*) from loan.rate_row where superseded_by is not null), (select count(*) from loan.rate_row where superseded_at is not null), 'what was superseded says by what');
select * from finish();
rollback;
