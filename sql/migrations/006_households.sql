-- Households as the yearly and monthly reviews see them, and how they split, merge, move and end.
set role vonvay_owner;

reset role;
