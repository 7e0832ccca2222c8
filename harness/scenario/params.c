/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/scenario/params.h"

#include <stdlib.h>

cyaml_schema_field_t params_fields[SCENARIO_PARAMS_MAX + 1];
static size_t n_params;

static bool is_known(const char *name)
{
	for (size_t i = 0; i < n_params; i++)
		if (streq(params_fields[i].key, name))
			return true;
	return false;
}

static void add_param(const char *name)
{
	const cyaml_schema_field_t field = {
		.key = name,
		.value = { .type = CYAML_FLOAT,
		           .flags = CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
		           .data_size = sizeof(double) },
		.data_offset = (uint32_t)(n_params * sizeof(double *)),
	};

	if (n_params == SCENARIO_PARAMS_MAX)
		abort(); /* the table of work types has outgrown the struct */
	params_fields[n_params++] = field;
}

void params_schema_init(void)
{
	if (n_params)
		return;
	for (int t = 0; t < WORK_TYPE_COUNT; t++)
		for (size_t p = 0; p < WORK_PARAMS_MAX && work_type_defs[t].params[p].name; p++)
			if (!is_known(work_type_defs[t].params[p].name))
				add_param(work_type_defs[t].params[p].name);
}

void params_take(const struct scenario_params *p, struct json_f64map *out)
{
	for (size_t i = 0; p && i < n_params; i++)
		if (p->value[i])
			json_f64map_set(out, params_fields[i].key, *p->value[i]);
}
