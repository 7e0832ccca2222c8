/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/variant.h"

#include "harness/kernel/kernel.h"

void variant_done(struct variant *v)
{
	strv_done(&v->flags);
	*v = (struct variant){ 0 };
}

bool variant_supports(const struct variant *v, const char *version)
{
	if (!v || !v->kernels || !v->kernels->n)
		return true;
	strv_each (v->kernels, i) {
		if (kernel_within(version, v->kernels->v[i]))
			return true;
	}
	return false;
}

char *variant_kernels(const struct variant *v)
{
	return strv_join(v->kernels, ", ");
}
