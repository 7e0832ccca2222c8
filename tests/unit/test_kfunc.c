/* SPDX-License-Identifier: GPL-2.0-only */
#include <bpf/btf.h>

#include "base/mem.h"
#include "base/cleanup.h"
#include "harness/agent/kfunc.h"
#include "tests/unit/test.h"

/* A kernel in which `shown` shows its hidden argument and `hidden` does not. */
static struct btf *kernel_btf(void)
{
	struct btf *b = btf__new_empty();
	int u32_id = btf__add_int(b, "unsigned int", 4, 0), proto;

	proto = btf__add_func_proto(b, 0);
	btf__add_func_param(b, "cpu", u32_id);
	btf__add_func_param(b, "aux", u32_id);
	btf__add_func(b, "shown", BTF_FUNC_GLOBAL, proto);
	btf__add_func(b, "hidden", BTF_FUNC_GLOBAL, proto);
	btf__add_func(b, "hidden_impl", BTF_FUNC_GLOBAL, proto);
	return b;
}

static const struct {
	const char *label;
	const char *functions[3]; /* of the object */
	const char *want;
} objects[] = {
	{ "none", { "other" }, NULL },
	{ "one", { "hidden", "shown" }, "shown" },
	{ "with a suffix", { "shown___compat" }, "shown" },
	{ "in two forms", { "shown___old", "shown", "shown___new" }, "shown" },
	{ "only a suffix", { "___shown" }, NULL },
};
TEST_ROWS(kfunc_uncallable_ones, objects)
{
	struct btf *kernel = kernel_btf(), *own = btf__new_empty();
	int proto = btf__add_func_proto(own, 0);
	_cleanup_free_ char *got = NULL;

	for (size_t i = 0; i < 3 && row->functions[i]; i++)
		btf__add_func(own, row->functions[i], BTF_FUNC_EXTERN, proto);
	got = kfunc_uncallable_in(own, kernel);
	ck_assert_pstr_eq(got, row->want);
	btf__free(own);
	btf__free(kernel);
}
