/* SPDX-License-Identifier: GPL-2.0-only */
/* The keys of a scenario file: one table per struct of scenario.h. */
#ifndef SCENARIO_TABLE_H
#define SCENARIO_TABLE_H

#include "harness/scenario/scenario.h"
#include "yaml/yaml_read.h"

/* The values are checked afterwards (load.c). */
extern const struct yaml_table scenario_table;

#endif
