-- Need of households, registrations to escape poverty, targets of communes, work lists.
set role vonvay_owner;

reset role;
