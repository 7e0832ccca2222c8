/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/kernel_args.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/strv.h"
#include "harness/dry_run.h"

struct kernels_found {
	struct kernel **v;
	size_t *n;
};

/* Nothing is fetched or built for a dry run. A version that is not in the store, or a path, is taken
 * for what it says. */
static int plan_kernel(const char *spec, struct kernels_found *f, struct err *err)
{
	const struct kernel_opts ko = { .offline = true, .no_build = true };
	_cleanup_strv_ struct strv specs = STRV_INIT;
	struct err ignored = ERR_INIT;

	if (strchr(spec, '/')) {
		if (!fs_exists(AT_FDCWD, spec))
			return err_path(err, ENOENT, spec);
		dry_run_kernel(spec, xgrow(*f->v, *f->n));
		return 0;
	}
	if (kernel_expand(spec, &ko, &specs, &ignored) < 0)
		strv_add(&specs, spec);
	strv_each (&specs, i) {
		struct kernel *k = xgrow(*f->v, *f->n);

		if (kernel_resolve(specs.v[i], &ko, k, err) == 0)
			continue;
		if (kernel_span_check(specs.v[i], &ignored) < 0)
			return -(int)err->code;
		dry_run_kernel(specs.v[i], k);
	}
	return 0;
}

static int resolve_kernel(const char *spec, const struct kernel_opts *ko, struct kernels_found *f,
                          struct err *err)
{
	_cleanup_strv_ struct strv specs = STRV_INIT;

	if (kernel_expand(spec, ko, &specs, err) < 0)
		return -(int)err->code;
	strv_each (&specs, i) {
		struct kernel *k = xgrow(*f->v, *f->n);

		if (kernel_resolve(specs.v[i], ko, k, err) < 0 || kernel_check(k, err) < 0)
			return -(int)err->code;
	}
	return 0;
}

/* The newest kernel of the store that the schedulers can run on, and says so. */
static int newest_kernel(const struct kernel_wish *a, struct kernels_found *f, struct err *err)
{
	struct kernels ks;
	int r = -1;

	if (kernel_list(&ks, err) < 0)
		return -(int)err->code;
	for (size_t i = 0; i < ks.n && r < 0; i++) {
		_cleanup_free_ char *note = NULL;
		struct err why = ERR_INIT;

		if (ks.v[i].incomplete || (a->sched_ext && !ks.v[i].sched_ext))
			continue;
		r = resolve_kernel(ks.v[i].name, &a->opts, f, &why);
		note = xasprintf("kernel %s, the newest in the store; --kernel takes another",
		                 ks.v[i].name);
		if (r == 0)
			a->opts.note(note);
	}
	kernels_done(&ks);
	return r == 0 ? 0
	              : err_set(err, ERR_USAGE,
	                        "no --kernel given, and the store has none: --kernel 6.17 takes "
	                        "the newest 6.17.x and fetches it if needed; a release in the "
	                        "store, an image or a source tree work too");
}

int kernel_args_resolve(const struct kernel_wish *a, struct kernel **kernels, size_t *n,
                        struct err *err)
{
	struct kernels_found f = { kernels, n };

	if (!a->specs)
		return newest_kernel(a, &f, err);
	for (size_t i = 0; a->specs[i]; i++)
		if ((a->dry_run ? plan_kernel(a->specs[i], &f, err)
		                : resolve_kernel(a->specs[i], &a->opts, &f, err)) < 0)
			return -(int)err->code;
	return 0;
}
