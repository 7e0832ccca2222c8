/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/mem.h"
#include "harness/kernel/apt.h"
#include "harness/kernel/offer.h"
#include "harness/kernel/version.h"

#define IMAGE_PREFIX "linux-image-"

void kernel_offers_done(struct kernel_offers *os)
{
	for (size_t i = 0; i < os->n; i++) {
		free(os->v[i].version);
		free(os->v[i].release);
		free(os->v[i].package);
		free(os->v[i].suite);
	}
	free(os->v);
	*os = (struct kernel_offers){ 0 };
}

/* The minor series of the images that a metapackage depends on. */
static void series_led_to(const char *depends, struct strv *series)
{
	_cleanup_strv_ struct strv words = STRV_INIT;

	strv_split(&words, depends, " ,\n");
	strv_each (&words, i) {
		_cleanup_free_ char *version = NULL;

		if (!starts_with(words.v[i], IMAGE_PREFIX))
			continue;
		version = version_of_release(words.v[i] + strlen(IMAGE_PREFIX));
		if (version)
			strv_take(series, version_series(version));
	}
}

void offers_make(const struct fetch_candidate *v, size_t n, const struct strmap *suites,
                 const char *depends, struct kernel_offers *out)
{
	_cleanup_strv_ struct strv alive = STRV_INIT;

	series_led_to(depends, &alive);
	for (size_t i = 0; i < n; i++) {
		_cleanup_free_ char *series = version_series(v[i].version);

		if (!fetch_leads_series(v, i))
			continue;
		*xgrow(out->v, out->n) = (struct kernel_offer){
			.version = xstrdup(v[i].version),
			.release = xstrdup(v[i].release),
			.package = xstrdup(v[i].package),
			.suite = xstrdup(strmap_get(suites, v[i].package)),
			.end_of_life = alive.n && !strv_has(&alive, series),
		};
	}
}

/* Looks the newest of each series up in the package lists. */
static int ask(const struct apt *apt, const char *flavour, struct kernel_offers *out,
               struct err *err)
{
	const char *own = fetch_flavour(flavour);
	_cleanup_free_ char *meta = xasprintf(IMAGE_PREFIX "%s%samd64", own, *own ? "-" : "");
	_cleanup_strv_ struct strv names = STRV_INIT;
	_cleanup_strv_ struct strv newest = STRV_INIT;
	_cleanup_strbuf_ struct strbuf depends = STRBUF_INIT;
	struct fetch_candidate *v = NULL;
	struct strmap suites = { 0 };
	struct err ignored = ERR_INIT;
	size_t n = 0;
	int r = apt_names(apt, "linux-", &names, err);

	fetch_candidates(&names, own, &v, &n);
	for (size_t i = 0; i < n; i++)
		if (fetch_leads_series(v, i))
			strv_add(&newest, v[i].package);
	if (r == 0 && newest.n)
		r = apt_suites(apt, &newest, &suites, err);
	if (r == 0) {
		(void)!apt_depends(apt, meta, &depends, &ignored);
		offers_make(v, n, &suites, strbuf_cstr(&depends), out);
	}
	strmap_done(&suites);
	fetch_candidates_free(v, n);
	return r;
}

int kernel_offers_read(const struct kernel_opts *o, struct kernel_offers *out, struct err *err)
{
	struct apt apt = { 0 };
	int r = apt_open(&apt, err);

	if (r == 0 && !o->offline)
		r = apt_update(&apt, LISTS_MAX_AGE_S, err);
	if (r == 0 && !apt_has_lists(&apt))
		r = err_set(err, ERR_NOT_FOUND,
		            "Debian's package lists were never read: `harness kernel list "
		            "--offered` reads them");
	if (r == 0)
		r = ask(&apt, o->flavour, out, err);
	apt_done(&apt);
	return r;
}
