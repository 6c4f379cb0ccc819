-- Changes of reference data by two people.
set role vonvay_owner;

reset role;
