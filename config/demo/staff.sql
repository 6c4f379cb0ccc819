-- The staff of the demo (psql -v uid=N): one of each role, two administrators, and who runs it, who sees the district and may
-- act as any of them.
select loan.staff_add(1, s.name, s.full_name, s.role, '2018-01-01', p_area => s.area, p_organisation => s.organisation)
from (values
	('quantri', 'Nguyễn Thị Quản Trị', 4, null, null),
	('quantri2', 'Hoàng Văn Quản Trị', 4, null, null),
	('giaodich', 'Hồ Thị Giao Dịch', 1, null, null),
	('giamdoc', 'Trần Văn Giám Đốc', 5, null, null),
	('tindung', 'Lê Văn Tín Dụng', 2, null, null),
	('hoinongdan', 'A Viết Nông Dân', 3, 'AL', 11),
	('hoiphunu', 'Kăn Thị Phụ Nữ', 3, 'AL', 12),
	('thanhtra', 'Phạm Thị Thanh Tra', 6, null, null)) s (name, full_name, role, area, organisation)
where not exists (select from loan.staff t where t.name = s.name) \g /dev/null
select loan.staff_add(1, 'demo', 'vonvay demo', 4, '2018-01-01', p_may_act_as => true)
where not exists (select from loan.staff t where t.name = 'demo') \g /dev/null
update loan.staff set uid = :uid where name = 'demo';
