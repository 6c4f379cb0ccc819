-- The web door: passwords, sessions, what was tried with a wrong one.
set role vonvay_owner;

create table loan.credential (
	credential_id bigint generated always as identity primary key,
	branch smallint not null references loan.branch,
	staff_id bigint not null references loan.staff,
	log2_n smallint not null,   -- scrypt, as this hash was made
	r smallint not null,
	p smallint not null,
	salt bytea not null check (octet_length(salt) = 16),
	hash bytea not null check (octet_length(hash) = 32),
	entry_id bigint,            -- that set it; null: the same password, hashed anew with other parameters at a sign-in
	recorded_at timestamptz not null default now(),
	superseded_at timestamptz
);
create unique index credential_current on loan.credential (staff_id) where superseded_at is null;
comment on table loan.credential is 'passwords of staff, hashed by scrypt; the current one has no superseded_at';

create table loan.web_session (
	session_id bigint generated always as identity primary key,
	branch smallint not null references loan.branch,
	staff_id bigint not null references loan.staff,
	token_sha256 bytea not null unique check (octet_length(token_sha256) = 32), -- the token itself is in the cookie only
	address text not null,      -- it was begun from
	made_at timestamptz not null default now(),
	used_at timestamptz not null default now(), -- exact to a twentieth of what it may lie idle
	expires_at timestamptz not null,
	ended_at timestamptz,
	ended text check (ended in ('signed_out', 'replaced', 'password', 'staff')), -- how
	check ((ended_at is null) = (ended is null))
);
create index web_session_open on loan.web_session (staff_id) where ended_at is null;
comment on table loan.web_session is 'sessions at the web door, each begun by a password';

create table loan.sign_in_try (
	name text not null,         -- as given, of staff or not
	address text not null,      -- of IPv6 the network of 64 bits
	tries integer not null,     -- since the last right one
	last_at timestamptz not null,
	next_at timestamptz not null, -- no other before
	primary key (name, address)
);
create index sign_in_try_last on loan.sign_in_try (last_at);
comment on table loan.sign_in_try is 'passwords tried by (name, address) since the last right one; old rows go';

reset role;
