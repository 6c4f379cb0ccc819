-- Groups in time, member deposits, sessions of a point with their sheets and cash.
set role vonvay_owner;

reset role;
