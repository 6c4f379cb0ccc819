/* rpc.discover: the table of methods as an OpenRPC document. */
#include "vonvay/error.h"
#include "vonvay/method.h"

const struct param_spec rpc_discover_params[] = { { 0 } };

static const struct {
	int role;
	const char *word;
} discover_roles[] = {
	{ ROLE_ADMIN, "admin" },       { ROLE_CLERK, "clerk" },
	{ ROLE_OFFICER, "officer" },   { ROLE_ORGANISATION, "organisation" },
	{ ROLE_DIRECTOR, "director" }, { ROLE_INSPECTOR, "inspector" },
	{ ROLE_DISTRICT, "district" },
};

static json_t *discover_roles_new(int right)
{
	json_t *roles = json_array();
	for (size_t i = 0; i < ARRAY_LEN(discover_roles); i++)
		if (right & discover_roles[i].role)
			json_array_append_new(roles, json_string(discover_roles[i].word));
	return roles;
}

static json_t *discover_params_new(const struct param_spec *spec)
{
	json_t *params = json_array();
	for (; spec->name; spec++)
		json_array_append_new(params,
				      json_pack("{s:s, s:b, s:s, s:o}", "name", spec->name, "required",
						spec->required, "description", spec->help ? spec->help : "",
						"schema", param_schema_new(spec)));
	return params;
}

static json_t *discover_method_new(const struct method *m)
{
	return json_pack("{s:s, s:s, s:s, s:o, s:o, s:s, s:o, s:b}", "name", m->name, "summary", m->summary,
			 "paramStructure", "by-name", "params", discover_params_new(m->params), "result",
			 json_pack("{s:s, s:{}}", "name", "result", "schema"), "x-kind",
			 m->kind == METHOD_WRITE ? "write" : "read", "x-roles", discover_roles_new(m->right), "x-four-eyes",
			 (m->right & FOUR_EYES) != 0);
}

static json_t *discover_errors_new(void)
{
	json_t *errors = json_object();
	for (int e = ERR_NONE + 1; e < ERROR_COUNT; e++)
		json_object_set_new(errors, error_word((enum error)e),
				    json_pack("{s:i, s:s}", "code", error_code((enum error)e), "message",
					      error_sentence((enum error)e)));
	return errors;
}

void rpc_discover(struct request *req)
{
	json_t *all = json_array();
	for (int i = 0; i < method_count; i++)
		json_array_append_new(all, discover_method_new(&methods[i]));
	request_reply_new(req, json_pack("{s:s, s:{s:s, s:s}, s:o, s:{s:o}}", "openrpc", "1.2.6", "info",
					 "title", "vonvayd", "version", VONVAY_VERSION, "methods", all,
					 "components", "errors", discover_errors_new()));
}
