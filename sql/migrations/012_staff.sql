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

-- What one administrator proposes and another one approves. Nothing happens before.
create table loan.staff_change (
	change_id bigint generated always as identity primary key,
	branch smallint not null references loan.branch,
	kind text not null check (kind in ('create', 'role', 'end', 'hand_over', 'reset_certificates', 'password')),
	staff_id bigint references loan.staff, -- whom it is about; null: nobody before 'create' is applied
	parameters jsonb not null,
	reason text not null check (reason <> ''),
	state text not null default 'proposed' check (state in ('proposed', 'applied', 'rejected', 'withdrawn')),
	proposed_by bigint not null references loan.staff,
	proposed_entry bigint not null references loan.entry,
	decided_by bigint references loan.staff,
	decided_entry bigint references loan.entry,
	note text,
	finished_at timestamptz,
	check ((state = 'proposed') = (decided_by is null) and (decided_by is null) = (decided_entry is null)),
	check (decided_by <> proposed_by or state = 'withdrawn')
);
comment on table loan.staff_change is 'changes of staff by two administrators';

-- What somebody had begun and another one goes on with: who has it now can take it back, and can't approve it either.
create table loan.staff_handed (
	branch smallint not null references loan.branch,
	subject text not null check (subject in ('application', 'change', 'staff_change')),
	subject_id bigint not null,
	from_staff bigint not null references loan.staff,
	to_staff bigint not null references loan.staff,
	entry_id bigint not null references loan.entry,
	primary key (branch, subject, subject_id, entry_id),
	check (from_staff <> to_staff)
);
comment on table loan.staff_handed is 'open work that went from one member of staff to another';

reset role;
