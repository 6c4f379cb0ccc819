-- Needs, registrations to escape poverty, who helps, targets: what is refused, what counts on which day, and the scope.
begin;
\ir fixture.psql
select no_plan();
create function test.call(p_method text, p_who text, p_key integer, p jsonb) returns jsonb language plpgsql as $$
declare
	v_reply text;
begin
	execute format('select reply from api.%s($1, 1::smallint, $2, $3, ''{}'', test.business(), test.version(), $4)', p_method)
		into v_reply using test.staff(p_who), test.key(p_key), sha256(p::text::bytea), p;
	return v_reply::jsonb;
end $$;

-- needs
select is(test.call('need_record', 'giaodich', 1, '{"household":"1","kind":"credit","amount":20000000,"programme":"01","on":"2021-12-31"}') - 'need',
	'{"household":"0000000001","kind":"credit","on":"2021-12-31","amount":20000000,"programme":"01","note":""}', 'a need is recorded');
select is(test.call('need_record', 'giaodich', 1, '{"household":"1","kind":"credit","amount":20000000,"programme":"01","on":"2021-12-31"}') ->> 'household', '0000000001', 'again gives the same');
select is(count(*), 1::bigint, 'once') from loan.need;
select throws_ok($$ select test.call('need_record', 'giaodich', 2, '{"household":"1","kind":"credit","amount":1,"programme":"01"}') $$, 'LN014', null, 'the same need is open');
select throws_ok($$ select test.call('need_record', 'giaodich', 2, '{"household":"1","kind":"credit"}') $$, 'LN422', null, 'credit has an amount');
select throws_ok($$ select test.call('need_record', 'giaodich', 2, '{"household":"1","kind":"water","amount":1}') $$, 'LN422', null, 'nothing else has');
select throws_ok($$ select test.call('need_record', 'giaodich', 2, '{"household":"1","kind":"water","programme":"06"}') $$, 'LN422', null, 'nor a programme');
select throws_ok($$ select test.call('need_record', 'giaodich', 2, '{"household":"1","kind":"credit","amount":1,"programme":"98"}') $$, 'LN422', null, 'the programme is one');
select throws_ok($$ select test.call('need_record', 'giaodich', 2, '{"household":"77","kind":"water"}') $$, 'LN003', null, 'no such household');
select throws_ok($$ select test.call('need_record', 'giaodich', 2, '{"household":"1","kind":"water","on":"2022-01-02"}') $$, 'LN007', null, 'not after the business date');
select throws_ok($$ select test.call('need_record', 'giaodich', 2, '{"household":"1","kind":"water","on":"2014-01-02"}') $$, 'LN007', null, 'nor before the household is there');
select throws_ok($$ select test.call('need_record', 'hoiphunu', 2, '{"household":"1","kind":"water"}') $$, 'LN003', null, 'nor outside of the scope');
select test.call('need_record', 'giaodich', 3, '{"household":"1","kind":"credit","amount":5000000}') \g /dev/null
select test.call('need_record', 'giaodich', 4, '{"household":"4","kind":"water","on":"2021-06-01","note":"giếng"}') \g /dev/null
select test.call('need_record', 'giaodich', 5, '{"household":"2","kind":"job"}') \g /dev/null
create function test.open(p_who text, p jsonb) returns text language sql as $$
	select string_agg((n ->> 'household')::bigint || ' ' || (n ->> 'kind'), ', ' order by i)
	from jsonb_array_elements(api.need_list(test.staff(p_who), p) -> 'needs') with ordinality x (n, i)
$$;
select is(test.open('giaodich', '{}'), '4 water, 1 credit, 1 credit, 2 job', 'the oldest first');
select is(api.need_list(1, '{}') ->> 'count', '4', 'how many');
select is(api.need_list(1, '{}') ->> 'amount', '25000000', 'and how much credit');
select is(test.open('giaodich', '{"as_of":"2021-12-30"}'), '4 water', 'as of a day');
select is(test.open('giaodich', '{"area":"AL07"}'), '4 water', 'of a commune');
select is(test.open('giaodich', '{"kind":"job"}'), '2 job', 'of a kind');
select is(test.open('giaodich', '{"since":"2022-01-01"}'), '1 credit, 2 job', 'from a day on');
select is(test.open('giaodich', '{"household":"1","limit":1}'), '1 credit', 'a page');
select is(test.open('giaodich', jsonb_build_object('household', '1', 'after', min(need_id)::text)), '1 credit', 'and the next') from loan.need;
select is(test.open('hoiphunu', '{}'), null, 'the women''s union sees its own households only');
select is(test.open('hoinongdan', '{}'), '4 water, 1 credit, 1 credit, 2 job', 'and the farmers'' theirs');

-- served
select need_id as water from loan.need where kind = 'water' \gset
select need_id as job from loan.need where kind = 'job' \gset
select is(test.call('need_serve', 'giaodich', 6, jsonb_build_object('need', :'water', 'by', 'other', 'reference', 'dự án nước')) ->> 'reference', 'dự án nước', 'served by something else');
select throws_ok(format($$ select test.call('need_serve', 'giaodich', 7, '{"need":"%s","by":"other"}') $$, :'water'), 'LN014', null, 'once');
select throws_ok(format($$ select test.call('need_serve', 'giaodich', 7, '{"need":"%s","by":"loan","reference":"6600000000000001"}') $$, :'job'), 'LN422', null, 'a job is not served by a loan');
select throws_ok(format($$ select test.call('need_serve', 'giaodich', 7, '{"need":"%s","by":"other","on":"2021-12-31"}') $$, :'job'), 'LN007', null, 'nor before it was there');
select throws_ok($$ select test.call('need_serve', 'giaodich', 7, '{"need":"999","by":"other"}') $$, 'LN404', null, 'no such need');
select is(test.call('need_withdraw', 'giaodich', 8, jsonb_build_object('need', :'job')) ->> 'withdrawn', 'true', 'withdrawn');
select is(test.open('giaodich', '{}'), '1 credit, 1 credit', 'what is left');
select is(test.open('giaodich', '{"as_of":"2021-12-31"}'), '4 water, 1 credit', 'and was left the day before');

-- a loan serves the need that names its programme, then the one that names none; taken back, it is open again
select entry_id as entry from test.disburse(test.staff('giaodich'), test.key(9), 6600000000000001, 1, 10000000, '2022-01-01') \gset
select loan.enter(1) \g /dev/null
select is(test.open('giaodich', '{}'), '1 credit', 'a loan serves the need of its programme');
select is(loan.need_serve_credit(1::smallint, :entry, 1, '01', '2021-12-30'), null, 'none before the need was there');
select is(loan.need_serve_credit(1::smallint, :entry, 1, '19', '2022-01-01'), (select need_id from loan.need where programme is null and kind = 'credit'), 'of another programme: the need that names none');
select is(loan.need_serve_credit(1::smallint, :entry, 1, '01', '2022-01-01'), null, 'then there is none');
select results_eq($$ select how, reference from loan.need_end where how = 'loan' $$, $$ values ('loan', '6600000000000001'), ('loan', '6600000000000001') $$, 'it says by which loan');
select is(test.open('giaodich', '{}'), null, 'nobody waits');
select is(loan.need_unserve(1::smallint, :entry + 1, :entry), 2::bigint, 'the disbursement is taken back');
select is(test.open('giaodich', '{}'), '1 credit, 1 credit', 'the needs are open again');
select loan.need_serve_credit(1::smallint, :entry, 1, '01', '2022-01-01') \g /dev/null
select loan.write_facts(1::smallint, (select max(entry_id) from loan.entry), '{}', array[array[6600000000000001, 2, 6, test.days('2022-01-01'), 0, 1, 0, test.days(null), test.days(null), 0, 0]], '{}') \g /dev/null
select is(test.open('giaodich', '{}'), '1 credit, 1 credit', 'which the reversal of the disbursement does');
select throws_ok($$ select test.call('need_serve', 'giaodich', 10, (select jsonb_build_object('need', need_id::text, 'by', 'loan', 'reference', '6600000000000002') from loan.need where programme = '01')) $$, 'LN422', null, 'by hand: a loan of the household');
select lives_ok($$ select test.call('need_serve', 'giaodich', 10, (select jsonb_build_object('need', need_id::text, 'by', 'loan', 'reference', '6600000000000001') from loan.need where programme = '01')) $$, 'which it has');

-- registered to escape poverty
select is(test.call('escape_register', 'giaodich', 20, '{"household":"1","year":2022}'), '{"household":"0000000001","year":2022,"on":"2022-01-01","registered":true}', 'registered');
select throws_ok($$ select test.call('escape_register', 'giaodich', 21, '{"household":"1","year":2022}') $$, 'LN014', null, 'once a year');
select throws_ok($$ select test.call('escape_register', 'giaodich', 21, '{"household":"1","year":2021}') $$, 'LN007', null, 'not for a year that is over');
select throws_ok($$ select test.call('escape_register', 'giaodich', 21, '{"household":"3","year":2022}') $$, 'LN008', null, 'only poor and near-poor households');
select test.call('escape_register', 'giaodich', 22, '{"household":"2","year":2022}'), test.call('escape_register', 'giaodich', 23, '{"household":"4","year":2023}') \g /dev/null
select is(loan.escape_registered(1::smallint, 1, 2022, '2022-01-01'), true, 'a household registered for the year');
select is(loan.escape_registered(1::smallint, 1, 2022, '2021-12-31'), false, 'from that day on');
select is(api.escape_list(1, '{}') ->> 'count', '2', 'listed');
select is(api.escape_list(1, '{"area":"AL07","year":2023}') -> 'households' -> 0, '{"household":"0000000004","name":"A Viết Nga","commune":"AL07","commune_name":"Hồng Hạ","hamlet":"","on":"2022-01-01","class":"poor"}', 'by commune and year');
select is(test.call('escape_withdraw', 'giaodich', 24, '{"household":"2","year":2022}') ->> 'registered', 'false', 'withdrawn');
select is(api.escape_list(1, '{}') ->> 'count', '1', 'no longer listed');
select throws_ok($$ select test.call('escape_withdraw', 'giaodich', 25, '{"household":"2","year":2022}') $$, 'LN404', null, 'withdrawn once');
select lives_ok($$ select test.call('escape_register', 'giaodich', 25, '{"household":"2","year":2022}') $$, 'and may register again');

-- who helps
select is(test.call('plan_assign', 'giaodich', 30, '{"household":"1","unit":"Hội Nông dân","plan":"nuôi bò","until":"2022-12-31"}'),
	'{"household":"0000000001","unit":"Hội Nông dân","from":"2022-01-01","until":"2022-12-31","plan":"nuôi bò","replaces":false}', 'a unit helps');
select is(test.call('plan_assign', 'giaodich', 31, '{"household":"1","unit":"Phòng Lao động","plan":"nuôi dê"}') ->> 'replaces', 'true', 'another plan from the same day replaces it');
select throws_ok($$ select test.call('plan_assign', 'giaodich', 32, '{"household":"1","unit":"x","plan":"y","until":"2021-12-31"}') $$, 'LN422', null, 'it ends after it begins');
select test.call('plan_assign', 'giaodich', 33, '{"household":"4","unit":"Đoàn Thanh niên","plan":"trồng keo","from":"2021-01-01","until":"2021-12-31"}') \g /dev/null
select is(api.plan_list(1, '{}') #>> '{plans,0,unit}', 'Phòng Lao động', 'who helps today');
select is(api.plan_list(1, '{}') ->> 'count', '1', 'a plan that has ended does not count');
select is(api.plan_list(1, '{"as_of":"2021-12-31"}') #>> '{plans,0,unit}', 'Đoàn Thanh niên', 'but did on its last day');
select is(api.plan_list(1, '{"unit":"lao dong"}') ->> 'count', '1', 'found by its name');

-- targets
create function test.target(p_who text, p_key integer, p jsonb, p_value bigint) returns jsonb language sql as $$
	select reply::jsonb from api.target_register(test.staff(p_who), 1::smallint, test.key(p_key), sha256(p::text::bytea), '{}', test.business(), test.version(), p, p_value)
$$;
select is(test.target('tindung', 40, '{"commune":"AL02","year":2022,"metric":"poor_rate"}', 3000) ->> 'replaces', 'false', 'a target');
select is(test.target('tindung', 41, '{"commune":"AL02","year":2022,"metric":"poor_rate"}', 2900) ->> 'replaces', 'true', 'it is set anew');
select results_eq('select value from loan.target where superseded_by is null', 'values (2900::bigint)', 'the new one counts');
select throws_ok($$ select test.target('tindung', 42, '{"commune":"AL02","year":2026,"metric":"poor_rate"}', 1) $$, 'LN404', null, 'not of a commune that was merged');
select throws_ok($$ select test.target('tindung', 42, '{"commune":"AL","year":2022,"metric":"poor_rate"}', 1) $$, 'LN404', null, 'nor of what is no commune');
select is(has_column_privilege('vonvay_api', 'loan.target', 'value', 'update'), false, 'it is never changed');

-- what status.targets is counted from
create function test.histories(p_day date) returns text language sql as $$
	select string_agg(concat_ws(' ', h ->> 'area', h ->> 'commune', h ->> 'classes', h ->> 'households', h ->> 'registered'), ', ' order by i)
	from jsonb_array_elements(api.targets(1, p_day) -> 'histories') with ordinality x (h, i)
$$;
select is(test.histories('2022-01-01'), 'AL02 AL02 [1] 1 1, AL02 AL02 [2] 1 1, AL02 AL02 [3] 1 0, AL07 AL07 [0] 1 0, AL07 AL07 [1] 2 0', 'households by place and history of class');
select is(test.histories('2021-12-30'), 'AL02 AL02 [] 3 0, AL07 AL07 [] 3 0', 'before the first decision');
select is(test.histories('2025-07-01'), 'AL07 AL07 [0] 1 0, AL07 AL07 [1] 2 0, AL02 ALX2 [1] 1 0, AL02 ALX2 [2] 1 0, AL02 ALX2 [3] 1 0', 'by commune as valid on the day');
select is(api.targets(1, '2025-07-01') #>> '{histories,2,name}', 'A Lưới 2', 'by its name');
update loan.household set left_on = '2022-06-01' where household_id = 1;
select is(test.histories('2022-05-31'), 'AL02 AL02 [1] 1 1, AL02 AL02 [2] 1 1, AL02 AL02 [3] 1 0, AL07 AL07 [0] 1 0, AL07 AL07 [1] 2 0', 'a household counts until it leaves');
select is(test.histories('2022-06-01'), 'AL02 AL02 [2] 1 1, AL02 AL02 [3] 1 0, AL07 AL07 [0] 1 0, AL07 AL07 [1] 2 0', 'and not from that day on');
select is(test.histories('2014-12-31'), null, 'nor before it was registered');
select is(api.targets(1, '2022-01-01') -> 'needs', '[{"area":"AL02","commune":"AL02","kind":"credit","need":2,"served":1},{"area":"AL02","commune":"AL02","kind":"job","need":0,"served":0},{"area":"AL07","commune":"AL07","kind":"water","need":1,"served":1}]', 'needs and what was served');
select is(api.targets(1, '2022-01-01') -> 'registered', '[{"commune":"AL02","name":"A Ngo","metric":"poor_rate","value":2900,"on":"2022-01-01"}]', 'what communes registered');
select is((select f ->> 'value' from jsonb_array_elements(api.targets(1, '2022-01-01') -> 'figures') f where f ->> 'metric' = 'poor_households' and f ->> 'as_of' = '2021-12-31'), '7022', 'with the published figures');
select * from finish();
rollback;
