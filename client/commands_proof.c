/* Commands of proof: is everything as it was sealed? */
#include "command_rows.h"

static const struct argument verify_arguments[] = {
	{ "--public-key", "public_key", ARGUMENT_TEXT, ARGUMENT_REQUIRED | ARGUMENT_LOCAL, N_("FILE"),
	  N_("public key of the seals, got by another way than from the daemon") },
	{ "--since", "since", ARGUMENT_TEXT, 0, N_("NUMBER:HASH"),
	  N_("a seal noted down before, which has to stand in the chain") },
	{ "--seals-only", "seals_only", ARGUMENT_FLAG, 0, NULL,
	  N_("without making the loans again from their facts") },
	{ 0 },
};

const struct command proof_commands[] = {
	LOCAL("verify", NULL, verify_arguments, run_verify,
	      N_("is everything as it was sealed, and does it follow from the facts?")),
	SHOW("verify", "status", "status.verify", NULL, show_verify,
	     N_("the last seal, and what the newest verification found")),
	{ 0 },
};
