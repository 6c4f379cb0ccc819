-- From application to disbursement: steps with their days, forms, appropriations of funds.
set role vonvay_owner;

reset role;
