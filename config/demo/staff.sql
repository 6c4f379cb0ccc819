-- The staff of the demo: who ran `make run` (psql variable uid) has the whole district and may act as each of the four
-- others (`vonvay --as NAME`). The tests enter the same.
insert into loan.staff (branch, name, full_name, role, uid, area, organisation, may_act_as, from_on)
select b.branch, s.name, s.full_name, s.role, case when s.name = 'district' then :uid end, null, s.organisation,
	s.name = 'district', '2015-01-01'
from (select min(branch) as branch from loan.branch) b
cross join (values
	('district',     'Giám đốc phòng giao dịch',     16, null::smallint),
	('admin',        'Quản trị hệ thống',             1, null),
	('clerk',        'Giao dịch viên',                2, null),
	('officer',      'Cán bộ tín dụng',               4, null),
	('organisation', 'Cán bộ Hội Liên hiệp Phụ nữ',   8, 12)
) as s (name, full_name, role, organisation)
on conflict (name) do update set uid = excluded.uid;
