/* SPDX-License-Identifier: GPL-2.0-only */
/* The YAML of a scenario, key by key, as libcyaml reads it into the structs of scenario.h. */
#ifndef SCENARIO_SCHEMA_H
#define SCENARIO_SCHEMA_H

#include "base/strbuf.h"
#include "harness/scenario/scenario.h"

/* What the keys hold is checked afterwards (load.c). Messages begin with "LINE: " where there is
 * one. */
int schema_parse(const struct strbuf *text, struct scenario **out, struct err *err) MUST_CHECK;
void schema_free(struct scenario *s);

#endif
