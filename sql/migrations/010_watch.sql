-- Scores, commissions, checks and notices of groups and loans.
set role vonvay_owner;

reset role;
