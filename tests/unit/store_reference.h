/* Reference data small enough to read, for the tests of what decides with it. */
#ifndef STORE_REFERENCE_H
#define STORE_REFERENCE_H

#include "domain_test.h"
#include "vonvay/reference.h"

/* one text, longer than every compiler has to take */
#pragma GCC diagnostic ignored "-Woverlength-strings"

#define REFERENCE_ROW_PROGRAMME(code, entrusted, purpose)                                                    \
	"{\"code\":\"" code                                                                                  \
	"\",\"tag\":\"T\",\"name_vi\":\"V\",\"name_en\":\"E\",\"instrument\":\"law " code "\","              \
	"\"who\":\"poor\",\"entrusted\":\"" entrusted "\",\"purpose\":\"" purpose "\",\"cap_group\":\"\","   \
	"\"opened\":\"2015-01-01\",\"closed\":null}"
#define REFERENCE_ROW_LINE(line, code, from, priority, rate)                                                 \
	"{\"line\":\"" line "\",\"code\":\"" code "\",\"for_contracts_from\":" from                          \
	",\"priority\":" priority ","                                                                        \
	"\"rows\":[{\"from\":\"2015-06-01\",\"rate_e7\":" rate ",\"applies_to\":\"all_balances\"}]}"
#define REFERENCE_ROW_LIMIT(code, purpose, from, until, cap, term, grace)                                    \
	"{\"code\":\"" code "\",\"purpose\":\"" purpose "\",\"valid_from\":\"" from "\",\"valid_to\":" until \
	",\"cap\":" cap ",\"cap_basis\":\"household\",\"max_term_months\":" term                             \
	",\"term_rule\":\"\",\"principal_grace_months\":" grace ",\"interest_grace_months\":0}"
#define REFERENCE_ROW_POLICY(name, programme, entrusted, from, value)                                        \
	"{\"name\":\"" name "\",\"programme\":\"" programme "\",\"entrusted\":\"" entrusted                  \
	"\",\"from_on\":\"" from "\","                                                                       \
	"\"value\":\"" value "\"}"
#define REFERENCE_ROW_AREA(code, from, until, successor)                                                     \
	"{\"code\":\"" code                                                                                  \
	"\",\"name\":\"N\",\"kind\":\"commune\",\"parent\":\"AL\",\"rural\":true,\"difficulty\":2,"          \
	"\"valid_from\":\"" from "\",\"valid_to\":" until ",\"successor\":" successor "}"

#define REFERENCE_ROW_STANDARD(area, from, rural, instrument)                                                \
	"{\"area\":\"" area "\",\"from_on\":\"" from "\",\"rural\":" rural ",\"urban\":2000000,"             \
	"\"average_rural\":null,\"average_urban\":null,\"lacking_poor\":3,\"instrument\":\"" instrument      \
	"\"}"
#define REFERENCE_STANDARDS                                                                                  \
	"[" REFERENCE_ROW_STANDARD("", "2022-01-01", "1500000", "07") "," REFERENCE_ROW_STANDARD(            \
		"", "2027-01-01", "2200000", "351") "," REFERENCE_ROW_STANDARD("AL", "2023-01-01",           \
									       "1800000", "NQ") "]"

#define REFERENCE_LISTS                                                                                                                   \
	"\"organisations\":[{\"organisation\":11,\"word\":\"farmers\",\"name_vi\":\"V\",\"name_en\":\"E\"}],"                             \
	"\"areas\":[" REFERENCE_ROW_AREA("C1", "2000-01-01", "\"2025-06-30\"", "\"CX\"") "," REFERENCE_ROW_AREA(                          \
		"CX", "2025-07-01", "null",                                                                                               \
		"null") "],"                                                                                                              \
			"\"points\":[{\"point_id\":1,\"code\":\"TXN01\",\"name\":\"P\",\"area\":\"C1\",\"valid_from\":\"2018-01-01\","    \
			"\"valid_to\":null,\"days\":[{\"from_on\":\"2018-01-01\",\"day\":10}],\"changes\":[],\"session_upto\":null}],"    \
			"\"holidays\":[\"2026-02-17\"],\"periods\":[{\"code\":\"01\",\"term_months_from\":13,\"term_months_to\":60,"      \
			"\"instalment_months_max\":24}],\"standards\":" REFERENCE_STANDARDS ","                                           \
			"\"conflicts\":[{\"code\":\"03\",\"other\":\"01\",\"from_on\":\"2015-09-01\",\"until_on\":null,\"rule\":\"R\"}]," \
			"\"priorities\":[{\"code\":\"03\",\"attribute\":\"ethnic_minority\",\"from_on\":\"2019-11-08\","                  \
			"\"until_on\":\"2025-12-31\",\"rule\":\"P1\"},{\"code\":\"03\",\"attribute\":\"declared\","                       \
			"\"from_on\":\"2019-11-08\",\"until_on\":null,\"rule\":\"P2\"}],"                                                 \
			"\"funds\":[{\"fund\":1,\"kind\":1,\"name\":\"TW\",\"owner\":\"O\",\"organisation\":null,"                        \
			"\"from_on\":\"2002-10-04\",\"until_on\":null}],"

#define REFERENCE_PROGRAMMES                                                                                                                                                                                                                                \
	"\"programmes\":[" REFERENCE_ROW_PROGRAMME("01", "yes", "business") "," REFERENCE_ROW_PROGRAMME("03", "yes_or_direct", "jobs") "," REFERENCE_ROW_PROGRAMME(                                                                                         \
		"25", "yes",                                                                                                                                                                                                                                \
		"land|house|production_land") "],"                                                                                                                                                                                                          \
					      "\"limits\":[" REFERENCE_ROW_LIMIT("01", "", "2014-05-01", "\"2019-02-28\"", "50000000", "60", "0") "," REFERENCE_ROW_LIMIT("01", "", "2019-03-01", "null", "100000000", "120", "0") "," REFERENCE_ROW_LIMIT( \
						      "25", "land", "2022-04-26", "null",                                                                                                                                                                   \
						      "50000000", "180",                                                                                                                                                                                    \
						      "60") "],"                                                                                                                                                                                            \
							    "\"lines\":[" REFERENCE_ROW_LINE("01", "01", "null", "false", "660000") "," REFERENCE_ROW_LINE("03A", "03", "\"2015-09-01\"", "false", "660000") "," REFERENCE_ROW_LINE(                        \
								    "03B", "03", "\"2019-11-08\"", "false",                                                                                                                                                 \
								    "792000") "," REFERENCE_ROW_LINE("03B-priority",                                                                                                                                        \
												     "03",                                                                                                                                                  \
												     "\"2019-11-08\"",                                                                                                                                      \
												     "true",                                                                                                                                                \
												     "396000") "," REFERENCE_ROW_LINE("25-land",                                                                                                            \
																      "25",                                                                                                                 \
																      "null",                                                                                                               \
																      "false",                                                                                                              \
																      "300000") "," REFERENCE_ROW_LINE("25-productionA",                                                                    \
																				       "25",                                                                                \
																				       "\"2022-04-26\"",                                                                    \
																				       "false",                                                                             \
																				       "330000") "," REFERENCE_ROW_LINE("25-productionB",                                   \
																									"25",                                               \
																									"\"2025-12-01\"",                                   \
																									"false",                                            \
																									"312000") "],"

#define REFERENCE_POLICIES                                                                                     \
	REFERENCE_ROW_POLICY("instalment_default", "", "", "2018-01-01", "carry")                              \
	"," REFERENCE_ROW_POLICY(                                                                              \
		"instalment_default", "", "yes", "2026-03-01",                                                 \
		"overdue") "," REFERENCE_ROW_POLICY("instalment_default", "25", "", "2018-01-01",              \
						    "overdue") "," REFERENCE_ROW_POLICY("instalment_rounding", \
											"", "",                \
											"2018-01-01",          \
											"100000")

#define REFERENCE_JSON "{\"reliefs\":[],\"freezes\":[]," REFERENCE_LISTS REFERENCE_PROGRAMMES "\"policies\":[" REFERENCE_POLICIES "]}"

static inline struct reference *reference_for_test(void)
{
	struct text error = { 0 };
	struct reference *ref = reference_parse_new(REFERENCE_JSON, 7, &error);

	if (ref == NULL)
		fail_msg("%s", text_str(&error));
	return ref;
}

#endif
