/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "harness/kernel/apt.h"
#include "harness/kernel/fetch.h"
#include "harness/kernel/mend.h"
#include "harness/kernel/package.h"
#include "harness/kernel/store.h"
#include "harness/kernel/version.h"

#define DEFAULT_FLAVOUR "cloud"

/* Package names begin like this: linux-image-6.17.13+deb13-cloud-amd64. Newer kernels have the
 * image in linux-binary-*, and their linux-image-* is empty; hence this order. "unsigned" packages
 * carry the same image. */
static const char *const prefixes[] = { "linux-binary-", "linux-image-", "linux-binary-unsigned-" };

const char *fetch_flavour(const char *flavour)
{
	if (!flavour)
		return DEFAULT_FLAVOUR;
	return streq(flavour, "amd64") || streq(flavour, "stock") ? "" : flavour;
}

/* The release in a package's name if it is an image of this flavour, else NULL. Borrowed from the
 * name. */
static const char *release_in(const char *package, const char *prefix, const char *flavour)
{
	const char *release, *plus;
	_cleanup_free_ char *want = NULL;
	const char *suffix = fetch_flavour(flavour);

	if (!starts_with(package, prefix))
		return NULL;
	release = package + strlen(prefix);
	plus = strchr(release, '+');
	if (!plus)
		return NULL;
	want = xasprintf("%s%s-amd64", *suffix ? "-" : "", suffix);
	plus = strchr(plus, '-');
	return plus && streq(plus, want) ? release : NULL;
}

static void add_candidates(const struct strv *packages, const char *prefix, const char *flavour,
                           struct fetch_candidate **v, size_t *n)
{
	strv_each (packages, i) {
		const char *release = release_in(packages->v[i], prefix, flavour);
		bool known = false;

		for (size_t k = 0; release && k < *n; k++)
			known |= streq((*v)[k].release, release);
		if (!release || known)
			continue;
		*xgrow(*v, *n) = (struct fetch_candidate){ .package = xstrdup(packages->v[i]),
			                                   .release = xstrdup(release),
			                                   .version = version_of_release(release) };
	}
}

static int newest_first(const void *a, const void *b)
{
	const struct fetch_candidate *x = a, *y = b;

	return version_cmp(y->version, x->version);
}

void fetch_candidates(const struct strv *packages, const char *flavour, struct fetch_candidate **v,
                      size_t *n)
{
	size_t kept = 0;

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
		add_candidates(packages, prefixes[i], flavour, v, n);
	for (size_t i = 0; i < *n; i++) {
		if ((*v)[i].version) {
			(*v)[kept++] = (*v)[i];
			continue;
		}
		free((*v)[i].package);
		free((*v)[i].release);
	}
	*n = kept;
	if (*n)
		qsort(*v, *n, sizeof(**v), newest_first);
}

void fetch_candidates_free(struct fetch_candidate *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(v[i].package);
		free(v[i].release);
		free(v[i].version);
	}
	free(v);
}

bool fetch_leads_series(const struct fetch_candidate *v, size_t at)
{
	_cleanup_free_ char *own = version_series(v[at].version);
	_cleanup_free_ char *before = at ? version_series(v[at - 1].version) : NULL;

	return !streq_null(own, before);
}

/* "7.2.12, 7.1.13, …": the newest of each series. */
char *fetch_offer(const struct fetch_candidate *v, size_t n)
{
	_cleanup_strv_ struct strv list = STRV_INIT;

	for (size_t i = 0; i < n; i++)
		if (fetch_leads_series(v, i))
			strv_add(&list, v[i].version);
	return strv_join(&list, ", ");
}

static int choose(const struct fetch_candidate *v, size_t n, const char *version,
                  const char *flavour, const struct fetch_candidate **out, struct err *err)
{
	_cleanup_free_ char *offer = NULL;

	for (size_t i = 0; i < n; i++) {
		if (version_has_prefix(v[i].version, version) || streq(v[i].release, version)) {
			*out = &v[i];
			return 0;
		}
	}
	offer = fetch_offer(v, n);
	return err_set(err, ERR_NOT_FOUND, "Debian has no %s kernel %s; available: %s", flavour,
	               version, *offer ? offer : "none");
}

static int install(const struct apt *apt, const struct fetch_candidate *c, struct kernel *out,
                   struct err *err)
{
	_cleanup_strbuf_ struct strbuf image = STRBUF_INIT;
	_cleanup_strbuf_ struct strbuf config = STRBUF_INIT;
	struct apt_package info = { 0 };
	struct err ignored = ERR_INIT;
	struct kernel meta;
	int r = apt_show(apt, c->package, &info, err);

	json_init(&kernel_table, &meta);
	if (r == 0)
		r = package_kernel(apt, c->package, info.bytes, &image, &config, err);
	if (r == 0 && !image.n)
		r = err_set(err, ERR_FORMAT, "package %s holds no vmlinuz", c->package);
	if (r == 0) {
		if (config.n)
			meta.config_from = xstrdup(c->package);
		else /* without any configuration, the image's BTF tells whether it has sched_ext */
			(void)!package_config(apt, c->release, &config, &meta.config_from,
			                      &ignored);
		meta.source = xstrdup("debian");
		meta.package = xstrdup(c->package);
		meta.package_version = xstrdup(info.version);
		meta.suite = xstrdup(info.suite);
		r = store_put(
			&(struct store_new){ .image = &image, .config = &config, .meta = &meta },
			out, err);
	}
	apt_package_done(&info);
	json_done(&kernel_table, &meta);
	return r;
}

static int fetch_from(const struct apt *apt, const char *version, const char *flavour,
                      struct kernel *out, struct err *err)
{
	_cleanup_strv_ struct strv packages = STRV_INIT;
	const struct fetch_candidate *c = NULL;
	struct fetch_candidate *v = NULL;
	struct kernel have;
	size_t n = 0;
	int r;

	if (apt_update(apt, LISTS_MAX_AGE_S, err) < 0 ||
	    apt_names(apt, "linux-", &packages, err) < 0)
		return -(int)err->code;
	fetch_candidates(&packages, flavour, &v, &n);
	r = choose(v, n, version, flavour, &c, err);
	if (r == 0) {
		struct err ignored = ERR_INIT;

		if (store_get(c->release, &have, &ignored) == 0) {
			if (!have.incomplete) {
				*out = have;
				fetch_candidates_free(v, n);
				return 0;
			}
			kernel_done(&have);
		}
		r = install(apt, c, out, err);
	}
	fetch_candidates_free(v, n);
	return r;
}

/* Only objects that read CONFIG_* externs need it, so this is no error. */
static void seek_config(struct kernel *k, const struct kernel_opts *o)
{
	_cleanup_free_ char *line = NULL;
	struct err why = ERR_INIT;

	if (kernel_mend_now(k, &why) == 0 || !o->note)
		return;
	line = xasprintf("kernel %s has no configuration (objects that read CONFIG_* need it): %s; "
	                 "to use one of your own, put it at %s/config",
	                 k->name, why.msg, k->dir);
	o->note(line);
}

int kernel_fetch(const char *version, const struct kernel_opts *o, struct kernel *out,
                 struct err *err)
{
	const char *flavour = o->flavour ? o->flavour : DEFAULT_FLAVOUR;
	struct apt apt = { 0 };
	int r;

	if (o->offline)
		return err_set(err, ERR_NOT_FOUND,
		               "kernel %s is not cached, and --offline forbids downloading",
		               version);
	r = apt_open(&apt, err);
	if (r == 0)
		r = fetch_from(&apt, version, flavour, out, err);
	if (r == 0)
		seek_config(out, o);
	apt_done(&apt);
	return r;
}
