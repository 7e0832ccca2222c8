/* SPDX-License-Identifier: GPL-2.0-only */
/* `params:` of a work, as libcyaml reads it: a mapping whose keys are the parameters of all work
 * types; which of them a type has is checked afterwards (work_type_params()). */
#ifndef SCENARIO_PARAMS_H
#define SCENARIO_PARAMS_H

#include <cyaml/cyaml.h>

#include "harness/scenario/scenario.h"

/* Valid after params_schema_init(); one more, the end. */
extern cyaml_schema_field_t params_fields[SCENARIO_PARAMS_MAX + 1];
void params_schema_init(void);
/* Those that were given. */
void params_take(const struct scenario_params *p, struct json_f64map *out);

#endif
