-- Roles, schemas and the types that money and codes have everywhere.
-- Roles belong to the whole cluster, so they may be there already.
do $$
declare
	r text;
begin
	foreach r in array array['vonvay_owner', 'vonvay_api', 'auditor'] loop
		if not exists (select from pg_roles where rolname = r) then
			execute format('create role %I nologin nosuperuser nocreatedb nocreaterole nobypassrls', r);
		end if;
	end loop;
	if not exists (select from pg_roles where rolname = 'vonvayd') then
		create role vonvayd login nosuperuser nocreatedb nocreaterole nobypassrls;
	end if;
end $$;

-- The policies make every plan look so dear that compiling it would take seconds.
alter role vonvayd set jit = off;

create schema loan authorization vonvay_owner;
create schema api authorization vonvay_api;
comment on schema loan is 'tables: every fact of the bank''s credit; only the functions of api reach them';
comment on schema api is 'what the daemon may call, and all it may call';

create extension if not exists unaccent;

set role vonvay_owner;

create domain loan.vnd as bigint;
comment on domain loan.vnd is 'đồng, whole';
create domain loan.vnd_owed as bigint check (value >= 0);
create domain loan.interest_units as bigint check (value >= 0 and value < 3650000000);
comment on domain loan.interest_units is 'rest of an interest in units of 1/3,650,000,000 đồng (include/vonvay/interest.h)';

create function loan.sum_of(amounts bigint[]) returns bigint language plpgsql immutable strict parallel safe as $$
declare
	a bigint;
	total bigint := 0;
begin
	foreach a in array amounts loop
		total := total + a;
	end loop;
	return total;
end $$;
comment on function loan.sum_of(bigint[]) is 'total of the amounts of the instalments, for the constraint that it is what was lent';

reset role;
