/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/plan_notes.h"

#include "base/mem.h"
#include "base/strbuf.h"
#include "base/term.h"

void plan_notes_kept(const struct earlier_kept *kept)
{
	term_print(
		stderr, TERM_WARN,
		"note: --rerun-failed runs %zu of %zu: %zu did not pass the last time, %zu without "
		"a result\n",
		kept->failed + kept->fresh, kept->all, kept->failed, kept->fresh);
}

static void tell_unsupported(const struct axes *a, size_t scheduler)
{
	const struct variant *v = &a->variants[scheduler];
	_cleanup_free_ char *on = NULL, *supports = NULL, *line = NULL;
	_cleanup_strbuf_ struct strbuf shown = STRBUF_INIT;
	_cleanup_strv_ struct strv kernels = STRV_INIT;

	for (size_t k = 0; k < a->n_kernels; k++)
		if (!variant_supports(v, a->kernels[k].version))
			strv_add(&kernels, kernel_label(&a->kernels[k]));
	if (!kernels.n)
		return;
	on = strv_join(&kernels, ", ");
	supports = variant_kernels(v);
	line = xasprintf("scheduler %s is not tested on %s: %s says that it supports %s",
	                 a->schedulers[scheduler].name, on, a->suite, supports);
	strbuf_add_printable(&shown, line, strlen(line), false);
	term_print(stderr, TERM_WARN, "note: %s\n", strbuf_cstr(&shown));
}

void plan_notes_unsupported(const struct axes *axes)
{
	for (size_t i = 0; axes->variants && i < axes->n_schedulers; i++)
		tell_unsupported(axes, i);
}
