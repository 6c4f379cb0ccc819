-- The staff of the demo (psql -v uid=N): one of each role, and who runs it, who sees the district and may act as any of them.
insert into loan.staff (branch, name, full_name, role, area, organisation, may_act_as, from_on) values
	(1, 'quantri', 'Nguyễn Thị Quản Trị', 4, null, null, false, '2018-01-01'),
	(1, 'giaodich', 'Hồ Thị Giao Dịch', 1, null, null, false, '2018-01-01'),
	(1, 'giamdoc', 'Trần Văn Giám Đốc', 5, null, null, false, '2018-01-01'),
	(1, 'tindung', 'Lê Văn Tín Dụng', 2, null, null, false, '2018-01-01'),
	(1, 'hoinongdan', 'A Viết Nông Dân', 3, 'AL', 11, false, '2018-01-01'),
	(1, 'hoiphunu', 'Kăn Thị Phụ Nữ', 3, 'AL', 12, false, '2018-01-01')
on conflict (name) do nothing;
insert into loan.staff (branch, name, full_name, role, uid, may_act_as, from_on)
values (1, 'demo', 'vonvay demo', 4, :uid, true, '2018-01-01')
on conflict (name) do update set uid = excluded.uid;
