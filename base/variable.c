/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/variable.h"

static const struct {
	const char *name, *def, *doc;
} rows[VARIABLE_COUNT] = {
#define X(id, name, def, doc) [id] = { name, def, doc },
	VARIABLES(X)
#undef X
};

const char *variable_get(enum variable v)
{
	const char *value = secure_getenv(rows[v].name);

	return value && *value ? value : NULL;
}

void variable_set(enum variable v, const char *value)
{
	setenv(rows[v].name, value, 1);
}

const char *variable_name(enum variable v)
{
	return rows[v].name;
}

const char *variable_doc(enum variable v)
{
	return rows[v].doc;
}

const char *variable_default(enum variable v)
{
	return rows[v].def;
}

void variable_page(struct strbuf *out)
{
	strbuf_adds(out, "| variable | without it | what it is |\n|---|---|---|\n");
	for (int v = 0; v < VARIABLE_COUNT; v++)
		strbuf_addf(out, "| `%s` | %s | %s |\n", rows[v].name, rows[v].def, rows[v].doc);
}
