/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/unattached.h"

#include "base/mem.h"
#include "base/strbuf.h"
#include "base/term.h"
#include "harness/object/object.h"

/* Names come from a file: they may not control the terminal. */
static void tell(const struct scheduler_spec *s, const struct object_prog *p)
{
	_cleanup_free_ char *line =
		xasprintf("scheduler %s: program %s is not attached: section %s is not supported",
	                  s->name, p->name, p->section);
	_cleanup_strbuf_ struct strbuf shown = STRBUF_INIT;

	strbuf_add_printable(&shown, line, strlen(line), false);
	term_print(stderr, TERM_WARN, "note: %s\n", strbuf_cstr(&shown));
}

static void tell_of(const struct scheduler_spec *s)
{
	struct err ignored = ERR_INIT;
	struct object_progs progs;
	struct object *o;

	if (object_open(s->object, &o, &ignored) < 0)
		return;
	object_list_progs(o, &progs);
	for (size_t i = 0; i < progs.n; i++)
		if (streq(progs.v[i].use, OBJECT_NOT_ATTACHED))
			tell(s, &progs.v[i]);
	object_progs_done(&progs);
	object_free(o);
}

void unattached_tell(const struct lineup *l)
{
	_cleanup_strv_ struct strv told = STRV_INIT;

	for (size_t i = 0; i < l->n_specs; i++) {
		const char *object = l->specs[i].object;

		if (!object || strv_has(&told, object))
			continue;
		strv_add(&told, object);
		tell_of(&l->specs[i]);
	}
}
