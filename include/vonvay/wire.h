/* What daemon and client share: the table of errors and the limits of the protocol. Includes nothing of the daemon. */
#ifndef VONVAY_WIRE_H
#define VONVAY_WIRE_H

/* X(C name, SQLSTATE, JSON-RPC code, word, English sentence).
 * The SQLSTATE is what a function of schema api raises (class LN), "" for what only the daemon says.
 * Codes -32700..-32600 are the standard's, -32099..-32000 ours. Never change a code or a word, only add:
 * the next free code is in the last comment of the table. */
#define ERROR_TABLE(X)                                                                                        \
	X(ERR_NONE, "00000", 0, "none", "no error")                                                           \
	X(ERR_PARSE, "", -32700, "parse_error", "not valid JSON")                                             \
	X(ERR_INVALID_REQUEST, "", -32600, "invalid_request", "not a JSON-RPC 2.0 request")                   \
	X(ERR_METHOD_NOT_FOUND, "", -32601, "method_not_found", "no such method")                             \
	X(ERR_INVALID_PARAMS, "LN422", -32602, "invalid_params", "a parameter is wrong")                      \
	X(ERR_INTERNAL, "", -32603, "internal", "internal error, see the log of the daemon")                  \
	X(ERR_UNAVAILABLE, "", -32000, "unavailable",                                                         \
	  "the database is not available; repeat with the same key")                                          \
	X(ERR_TRY_AGAIN, "", -32001, "try_again", "repeat the request")                                       \
	X(ERR_DENIED, "LN403", -32002, "denied", "not allowed")                                               \
	X(ERR_NOT_FOUND, "LN404", -32003, "not_found", "not found")                                           \
	X(ERR_LOAN_NOT_FOUND, "LN001", -32004, "loan_not_found", "no such loan")                              \
	X(ERR_HOUSEHOLD_NOT_FOUND, "LN003", -32005, "household_not_found", "no such household")               \
	X(ERR_GROUP_NOT_FOUND, "LN004", -32006, "group_not_found", "no such group")                           \
	X(ERR_KEY_REUSED, "LN005", -32007, "key_reused", "this key was used for another request")             \
	X(ERR_STALE, "LN409", -32008, "stale", "changed by another; repeat the request")                      \
	X(ERR_LOAN_CLOSED, "LN002", -32009, "loan_closed", "the loan is closed")                              \
	X(ERR_AMOUNT_TOO_LARGE, "LN006", -32010, "amount_too_large",                                          \
	  "the amount is larger than what is owed")                                                           \
	X(ERR_DATE_OUT_OF_RANGE, "LN007", -32011, "date_out_of_range", "the date is out of range")            \
	X(ERR_NOT_ELIGIBLE, "LN008", -32012, "not_eligible", "the household is not eligible")                 \
	X(ERR_IMPORT_INVALID, "LN009", -32013, "import_invalid", "the import has errors")                     \
	X(ERR_IMPORT_NOT_FOUND, "LN010", -32014, "import_not_found", "no such import")                        \
	X(ERR_SWEEP_RUNNING, "LN011", -32015, "sweep_running", "a sweep is running")                          \
	X(ERR_TOO_MANY_CLIENTS, "", -32017, "too_many_clients", "too many clients")                           \
	X(ERR_STOPPING, "", -32018, "stopping", "the daemon is stopping")                                     \
	X(ERR_APPEND_ONLY, "LN013", -32019, "append_only", "this row can't be changed")                       \
	X(ERR_CONFLICT, "LN014", -32020, "conflict", "already exists or contradicts what exists")             \
	X(ERR_KEY_RACE, "LN015", -32021, "key_race", "the same key is being written now; repeat the request") \
	X(ERR_MOVED, "LN411", -32022, "moved",                                                                \
	  "the business date or the reference data have changed; repeat the request")                         \
	X(ERR_LEASE_LOST, "LN421", -32023, "lease_lost", "another process does this work now")                \
	X(ERR_GROUP_SIZE, "LN016", -32024, "group_size", "a group would have too few or too many members")    \
	X(ERR_HAS_BALANCE, "LN017", -32025, "has_balance", "a loan or a deposit is still open")               \
	X(ERR_OVERDRAWN, "LN018", -32026, "overdrawn", "the deposit is smaller than the amount")              \
	X(ERR_SESSION_CLOSED, "LN019", -32027, "session_closed", "the session takes no more posts")           \
	X(ERR_SHEETS_MISSING, "LN020", -32028, "sheets_missing",                                              \
	  "a group's sheet is neither posted nor excused")                                                    \
	X(ERR_ALREADY_POSTED, "LN021", -32029, "already_posted",                                              \
	  "this line of the session is posted already")                                                       \
	X(ERR_FUND_EXHAUSTED, "LN040", -32050, "fund_exhausted",                                              \
	  "more than is left of the appropriation of the fund")                                               \
	X(ERR_APPLICATION_NOT_FOUND, "LN041", -32051, "application_not_found", "no such application")         \
	X(ERR_APPLICATION_STATE, "LN042", -32052, "application_state",                                        \
	  "the application is not at a step that this may follow")                                            \
	X(ERR_SAME_PERSON, "LN043", -32053, "same_person", "who made it can't approve it")                    \
	X(ERR_RECHECK, "LN044", -32054, "recheck",                                                            \
	  "the household has failed a check since; the commune has to confirm the application again")         \
	X(ERR_REGISTERED_ELSEWHERE, "LN050", -32060, "registered_elsewhere",                                  \
	  "a person with this citizen id is registered elsewhere")                                            \
	X(ERR_DATA_KEY_RETIRED, "LN051", -32061, "data_key_retired",                                          \
	  "the daemon has an old data key and has to be reloaded")                                            \
	X(ERR_NOT_SEALED, "LN070", -32080, "not_sealed_yet", "it is sealed by the night after its day")       \
	/* next free: "LN022", -32030 */

enum error {
#define X(name, sqlstate, code, word, sentence) name,
	ERROR_TABLE(X)
#undef X
		ERROR_COUNT
};

/* Defaults of the limits that the client has to know too. */
#define WIRE_LINE_BYTES_MAX (1024 * 1024)
/* Requests in one batch. */
#define WIRE_BATCH_MAX 1000

#endif
