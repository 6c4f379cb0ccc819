-- Finding by name: words in any order, with or without diacritics; by number, group and citizen id.
begin;
\ir fixture.psql
select no_plan();
select test.disburse(test.staff('giaodich'), test.key(h::integer), 6600000000000000 + h, h, 10000000 * h, '2022-01-01') from generate_series(1, 6) h \g /dev/null
select is(loan.searchable('  Nguyễn ĐÌNH Đô '), 'nguyen dinh do', 'no diacritics, lower case, đ as d');
select is(loan.searchable(normalize('Hường', nfd)), 'huong', 'decomposed letters too');
create function test.who(p_text text) returns text language sql as $$
	select coalesce(string_agg(household_id::text, ',' order by household_id), '-') from api.household_find(test.staff('giaodich'), p_text, null, null, null, 50)
$$;
select is(test.who('dao'), '1', 'without diacritics');
select is(test.who('Đào'), '1', 'with them');
select is(test.who('DO DINH'), '6', 'words in any order');
select is(test.who('thi'), '1,2,5', 'many');
select is(test.who('thi ha'), '5', 'all words count');
select is(test.who('%'), '-', 'a per cent sign is a letter');
select is(test.who('_'), '-', 'so is an underscore');
select is(test.who(''), '1,2,3,4,5,6', 'no word, all');
select results_eq($$ select household_id, name, area, class, group_id, loans from api.household_find(test.staff('giaodich'), 'nga', null, null, null, 9) $$,
	$$ values (4::bigint, 'A Viết Nga', 'AL07', 1::smallint, 3::bigint, 1::bigint) $$, 'a row');
select is((select count(*) from api.household_find(test.staff('giaodich'), 'thi', null, null, null, 2)), 2::bigint, 'no more than asked for');
select results_eq($$ select household_id from api.household_find(test.staff('giaodich'), null, 2, null, null, 9) $$, 'values (2::bigint)', 'by number');
select results_eq($$ select household_id from api.household_find(test.staff('giaodich'), null, null, array[decode(lpad('4', 64, '0'), 'hex')], null, 9) $$, 'values (4::bigint)', 'by citizen id');
select results_eq($$ select household_id from api.household_find(test.staff('giaodich'), null, null, null, 4, 9) order by 1 $$, 'values (5::bigint), (6)', 'by group');
select results_eq($$ select loan_id, household_name, balance from api.loan_find(test.staff('giaodich'), 'tuan van', null, null, null, null, 9) $$, $$ values (6600000000000003, 'Lê Văn Tuấn', 30000000::bigint) $$, 'loans by name');
select results_eq($$ select loan_id from api.loan_find(test.staff('giaodich'), null, 6600000000000002, null, null, null, 9) $$, 'values (6600000000000002)', 'by contract');
select results_eq($$ select loan_id from api.loan_find(test.staff('giaodich'), null, null, 1, null, null, 9) $$, 'values (6600000000000001), (6600000000000002)', 'by group');
select results_eq($$ select loan_id from api.loan_find(test.staff('giaodich'), null, null, null, 5, null, 9) $$, 'values (6600000000000005)', 'by household');
select results_eq($$ select loan_id from api.loan_find(test.staff('giaodich'), null, null, null, null, array[decode(lpad('6', 64, '0'), 'hex')], 9) $$, 'values (6600000000000006)', 'by citizen id');

select test.pay(test.staff('giaodich'), test.key(20), 6600000000000001, 10000000, '2022-01-01') \g /dev/null
select is((test.state(6600000000000001)).status, 4::smallint, 'a loan is closed');
select results_eq($$ select * from api.group_loans(test.staff('giaodich'), 1, '2022-01-01') $$, 'values (6600000000000002)', 'and no longer one of its group');
select results_eq($$ select * from api.group_loans(test.staff('giaodich'), 1, '2021-12-31') $$, 'select 1::bigint where false', 'nor was it before');
select results_eq($$ select loan_id from api.loan_find(test.staff('giaodich'), null, null, 1, null, null, 9) $$, 'values (6600000000000002), (6600000000000001)', 'open ones first');
select is(api.group_read(test.staff('giaodich'), 1, null) - 'members', '{"group":1,"name":"Tổ A Ngo 1","organisation":11,"area":"AL02","hamlet":"","point_id":1,"leader":"Hồ Văn Đức","formed_on":"2010-01-01","dissolved_on":null}', 'a group');
select is(api.group_read(test.staff('giaodich'), 1, null) -> 'members', '[{"household":1,"name":"Hồ Thị Đào","from":"2015-01-01"},{"household":2,"name":"Kăn Thị Hường","from":"2015-01-01"}]', 'its members by name');
select is(api.household_read(test.staff('giaodich'), 3) - '{members,signers,surveys,version,ended,merged_into}'::text[], '{"household":3,"name":"Lê Văn Tuấn","registered_on":"2015-01-01","left_on":null,
	"residence":[{"from":"2015-01-01","area":"AL02","hamlet":""}],"classes":[{"from":"2021-12-31","class":3,"decision":"QĐ 1"}],"attributes":[{"from":"2015-01-01","bits":1}],
	"groups":[{"group":2,"name":"Tổ A Ngo 2","from":"2015-01-01","until":null,"organisation":12,"point_id":1}],"approved":[],"loans":[6600000000000003]}', 'a household');
select unalike(api.household_read(test.staff('giaodich'), 3)::text, '%0a0b0c0d%', 'without personal data');
select throws_ok($$ select api.household_read(test.staff('giaodich'), 77) $$, 'LN003', null, 'an unknown household');
select throws_ok($$ select api.group_read(test.staff('giaodich'), 77, null) $$, 'LN004', null, 'an unknown group');
select isnt(api.contract_number(1), api.contract_number(1), 'a contract number is given once');
select matches(api.contract_number(1)::text, '^6600\d{12}$', '16 digits');
select * from finish();
rollback;
