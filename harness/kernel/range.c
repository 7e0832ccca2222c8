/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/mem.h"
#include "harness/kernel/kernel.h"
#include "harness/kernel/range.h"
#include "harness/kernel/version.h"

#define DOTS ".."

/* "../linux" and "a/.." are paths: they have a slash. */
bool range_is(const char *spec)
{
	return strstr(spec, DOTS) && !strchr(spec, '/');
}

static int oldest_first(const void *a, const void *b)
{
	return version_cmp(*(char *const *)a, *(char *const *)b);
}

static int nothing_within(const char *spec, const struct strv *have, struct err *err)
{
	_cleanup_free_ char *list = strv_join(have, ", ");

	return err_set(err, ERR_NOT_FOUND, "--kernel %s: no kernel of these series; there are %s",
	               spec, *list ? list : "none");
}

int range_series(const char *spec, const struct strv *have, struct strv *out, struct err *err)
{
	const char *dots = strstr(spec, DOTS), *last = dots + strlen(DOTS);
	_cleanup_free_ char *first = xstrndup(spec, (size_t)(dots - spec));
	_cleanup_strv_ struct strv all = STRV_INIT;

	if (!version_is_series(first) || !version_is_series(last))
		return err_set(err, ERR_USAGE,
		               "--kernel %s: a range goes from one minor series to another: "
		               "6.16..7.0",
		               spec);
	if (version_cmp(first, last) > 0)
		return err_set(err, ERR_USAGE,
		               "--kernel %s: the older series must come first: %s" DOTS "%s", spec,
		               last, first);
	strv_each (have, i)
		strv_take(&all, version_series(have->v[i]));
	strv_uniq(&all);
	if (all.n)
		qsort(all.v, all.n, sizeof(*all.v), oldest_first);
	strv_each (&all, i) {
		if (version_cmp(all.v[i], first) >= 0 && version_cmp(all.v[i], last) <= 0)
			strv_add(out, all.v[i]);
	}
	return out->n ? 0 : nothing_within(spec, &all, err);
}

int kernel_span_check(const char *span, struct err *err)
{
	const char *dots = strstr(span, DOTS), *last = dots ? dots + strlen(DOTS) : "";
	_cleanup_free_ char *first = xstrndup(span, dots ? (size_t)(dots - span) : strlen(span));

	if (dots ? (*first || *last) && (!*first || version_is_series(first)) &&
	                    (!*last || version_is_series(last))
	         : version_is(span))
		return 0;
	return err_set(
		err, ERR_USAGE,
		"\"%s\" is neither a version, as 6.12, nor a range of series, as 6.16..7.0 or "
		"6.16..",
		span);
}

bool kernel_within(const char *version, const char *span)
{
	const char *dots = strstr(span, DOTS), *last = dots ? dots + strlen(DOTS) : "";
	_cleanup_free_ char *first = xstrndup(span, dots ? (size_t)(dots - span) : strlen(span));
	_cleanup_free_ char *series = NULL;

	if (!dots)
		return version_has_prefix(version, span);
	series = version_series(version);
	return series && (!*first || version_cmp(series, first) >= 0) &&
	       (!*last || version_cmp(series, last) <= 0);
}

static int cached_versions(struct strv *out, struct err *err)
{
	struct kernels ks = { 0 };

	if (kernel_list(&ks, err) < 0)
		return -(int)err->code;
	for (size_t i = 0; i < ks.n; i++)
		if (!ks.v[i].incomplete && version_is(ks.v[i].version))
			strv_add(out, ks.v[i].version);
	kernels_done(&ks);
	return 0;
}

/* Without apt, only the cached kernels count. */
static int offered_versions(const struct kernel_opts *o, struct strv *out, struct err *err)
{
	struct kernel_offers os = { 0 };

	if (kernel_offers_read(o, &os, err) < 0) {
		if (err->code != ERR_UNSUPPORTED)
			return -(int)err->code;
		err_clear(err);
	}
	for (size_t i = 0; i < os.n; i++)
		strv_add(out, os.v[i].version);
	kernel_offers_done(&os);
	return 0;
}

int kernel_expand(const char *spec, const struct kernel_opts *o, struct strv *out, struct err *err)
{
	_cleanup_strv_ struct strv have = STRV_INIT;
	_cleanup_strv_ struct strv within = STRV_INIT;

	if (!range_is(spec)) {
		strv_add(out, spec);
		return 0;
	}
	if (cached_versions(&have, err) < 0 ||
	    (!o->offline && offered_versions(o, &have, err) < 0) ||
	    range_series(spec, &have, &within, err) < 0)
		return -(int)err->code;
	strv_each (&within, i)
		strv_add(out, within.v[i]);
	return 0;
}
