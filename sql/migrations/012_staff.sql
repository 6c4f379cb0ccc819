-- Staff in time: roles with their scope, changes by two people, whose work went to whom.
set role vonvay_owner;

-- What somebody may do and see from a day on, until the next row of theirs: one role a day.
create table loan.staff_role (
	row_id bigint generated always as identity primary key,
	staff_id bigint not null references loan.staff,
	branch smallint,          -- of the staff; null: the daemon itself
	role smallint not null,   -- code 'role'
	area text,                -- scope: this unit with all below, before and after it; null: all
	organisation smallint references loan.organisation, -- scope: groups of this organisation; null: all
	point_id integer,         -- scope: groups of this point and households around it; null: all
	from_on date not null,
	entry_id bigint references loan.entry, -- null: put in by the operator
	superseded_by bigint references loan.entry,
	recorded_at timestamptz not null default now(),
	foreign key (branch, point_id) references loan.point,
	check (role in (1, 2, 3, 4, 5, 6, 9)),
	check (role <> 4 or num_nonnulls(area, organisation, point_id) = 0) -- staff are those of the branch
);
create unique index staff_role_from on loan.staff_role (staff_id, from_on) where superseded_by is null;
comment on table loan.staff_role is 'roles of staff with their scope, dated; append-only but for superseded_by';

reset role;
