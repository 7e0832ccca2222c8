/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/kernel/source_tree.h"

#include <errno.h>
#include <stdlib.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/variable.h"
#include "harness/kernel/cache_lock.h"
#include "harness/kernel/download.h"
#include "harness/kernel/git_tree.h"
#include "harness/kernel/package.h"
#include "harness/kernel/unpack.h"
#include "harness/kernel/version.h"

#define DEBIAN_PREFIX "debian:"
#define MAKEFILE_MAX  (1u << 20)
#define SOURCES       "sources"
#define ID_DIGITS     16 /* digits of the hash in a folder's name */

void source_tree_done(struct source_tree *t)
{
	free(t->dir);
	free(t->contents);
	free(t->commit);
	free(t->origin);
	free(t->package);
	free(t->package_version);
	free(t->suite);
	*t = (struct source_tree){ 0 };
}

bool source_tree_is(const char *dir)
{
	_cleanup_free_ char *path = fs_join(dir, "Makefile");
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	struct err ignored = ERR_INIT;

	return fs_read(AT_FDCWD, path, MAKEFILE_MAX, &text, &ignored) == 0 &&
	       strstr(strbuf_cstr(&text), "VERSION =") && strstr(text.s, "\nPATCHLEVEL =");
}

const char *source_mirror(void)
{
	const char *env = variable_get(VAR_KTSTR_KERNEL_MIRROR);

	return env ? env : KERNEL_MIRROR_DEFAULT;
}

char *source_mirror_url(const char *mirror, const char *version)
{
	size_t n = strlen(mirror);

	while (n && mirror[n - 1] == '/')
		n--;
	return xasprintf("%.*s/v%.*s.x/linux-%s.tar.xz", (int)n, mirror, (int)strcspn(version, "."),
	                 version, version);
}

/* kbuild refuses to build in another folder if the tree was built or configured in place. */
static int check_clean(const char *dir, struct err *err)
{
	static const char *const marks[] = { ".config", "include/config",
		                             "arch/x86/include/generated" };

	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		_cleanup_free_ char *path = fs_join(dir, marks[i]);

		if (fs_exists(AT_FDCWD, path))
			return err_set(err, ERR_USAGE,
			               "%s was configured in place (%s is there): build it there "
			               "with make, or `make mrproper` there first",
			               dir, marks[i]);
	}
	return 0;
}

static int open_folder(const char *path, struct source_tree *t, struct err *err)
{
	t->dir = realpath(path, NULL);
	if (!t->dir)
		return err_path(err, errno, path);
	if (!source_tree_is(t->dir))
		return err_set(err, ERR_USAGE,
		               "%s is no kernel source: its Makefile is not the kernel's", path);
	if (check_clean(t->dir, err) < 0)
		return -(int)err->code;
	t->origin = xstrdup(t->dir);
	git_tree_describe(t->dir, &t->commit, &t->contents);
	return 0;
}

/* The tree's folder in the cache: sources/ID. */
static int folder_of(const char *id, char **dir, struct err *err)
{
	_cleanup_free_ char *cache = NULL;
	_cleanup_free_ char *sources = NULL;

	if (fs_cache_dir(&cache, err) < 0)
		return -(int)err->code;
	sources = fs_join(cache, SOURCES);
	*dir = fs_join(sources, id);
	return fs_mkdir_p(AT_FDCWD, sources, err);
}

/* Unpacks to t->dir unless that exists already. The caller holds the lock on it. */
static int unpack_once(const char *tarball, struct source_tree *t, struct err *err)
{
	if (!fs_is_dir(AT_FDCWD, t->dir) && unpack_tarball(tarball, t->dir, err) < 0)
		return -(int)err->code;
	if (source_tree_is(t->dir))
		return 0;
	if (fs_remove_tree(AT_FDCWD, t->dir, err) < 0)
		return -(int)err->code;
	return err_set(err, ERR_USAGE, "%s holds no kernel source", t->origin);
}

static int open_tarball(const char *path, const struct kernel_build_opts *o, struct source_tree *t,
                        struct err *err)
{
	_cleanup_close_ int lock = -1;
	char sha[65];

	if (fs_sha256(AT_FDCWD, path, sha, err) < 0)
		return -(int)err->code;
	t->contents = xasprintf("tarball-%.*s", ID_DIGITS, sha);
	t->origin = realpath(path, NULL);
	t->unpacked = true;
	if (folder_of(t->contents, &t->dir, err) < 0 || cache_lock(t->dir, o->note, &lock, err) < 0)
		return -(int)err->code;
	return unpack_once(path, t, err);
}

/* The file at an address is assumed never to change. */
static int open_url(const char *url, const struct kernel_build_opts *o, struct source_tree *t,
                    struct err *err)
{
	_cleanup_free_ char *tarball = NULL;
	_cleanup_close_ int lock = -1;
	struct err ignored = ERR_INIT;
	char sha[65];
	int r;

	mem_sha256(url, strlen(url), sha);
	t->contents = xasprintf("url-%.*s", ID_DIGITS, sha);
	t->origin = xstrdup(url);
	t->unpacked = true;
	if (folder_of(t->contents, &t->dir, err) < 0 || cache_lock(t->dir, o->note, &lock, err) < 0)
		return -(int)err->code;
	if (fs_is_dir(AT_FDCWD, t->dir))
		return 0;
	if (o->offline)
		return err_set(err, ERR_NOT_FOUND,
		               "%s is not cached, and --offline forbids "
		               "downloading",
		               url);
	tarball = xasprintf("%s.download", t->dir);
	r = download(url, tarball, err);
	if (r == 0)
		r = unpack_once(tarball, t, err);
	(void)!fs_remove_tree(AT_FDCWD, tarball, &ignored);
	return r;
}

static int unpack_package(const struct apt *apt, const char *package, uint64_t bytes,
                          struct source_tree *t, struct err *err)
{
	_cleanup_free_ char *tarball = xasprintf("%s.tar", t->dir);
	struct err ignored = ERR_INIT;
	int r = package_source(apt, package, bytes, tarball, err);

	if (r == 0)
		r = unpack_once(tarball, t, err);
	(void)!fs_remove_tree(AT_FDCWD, tarball, &ignored);
	return r;
}

static int no_such_package(const struct apt *apt, const char *package, struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	_cleanup_free_ char *list = NULL;
	struct err ignored = ERR_INIT;

	(void)!apt_names(apt, "linux-source-", &names, &ignored);
	strv_sort(&names);
	list = strv_join(&names, ", ");
	return err_set(err, ERR_NOT_FOUND, "Debian has no package %s; there are %s", package,
	               *list ? list : "none");
}

static int open_package(const struct apt *apt, const char *package,
                        const struct kernel_build_opts *o, struct source_tree *t, struct err *err)
{
	_cleanup_close_ int lock = -1;
	struct apt_package info = { 0 };
	struct err absent = ERR_INIT;
	int r;

	if (!o->offline && apt_update(apt, LISTS_MAX_AGE_S, err) < 0)
		return -(int)err->code;
	if (apt_show(apt, package, &info, &absent) < 0)
		return no_such_package(apt, package, err);
	t->package = xstrdup(package);
	t->package_version = info.version;
	t->suite = info.suite;
	t->contents = xasprintf("debian-%s_%s", package, info.version);
	t->origin = xasprintf("%s %s", package, info.version);
	t->unpacked = true;
	r = folder_of(t->contents, &t->dir, err);
	if (r == 0)
		r = cache_lock(t->dir, o->note, &lock, err);
	if (r == 0 && !fs_is_dir(AT_FDCWD, t->dir))
		r = o->offline ? err_set(err, ERR_NOT_FOUND,
		                         "%s is not cached, and --offline forbids downloading",
		                         package)
		               : unpack_package(apt, package, info.bytes, t, err);
	return r;
}

static int open_debian(const char *version, const struct kernel_build_opts *o,
                       struct source_tree *t, struct err *err)
{
	_cleanup_free_ char *package = xasprintf("linux-source-%s", version);
	struct apt apt = { 0 };
	int r;

	if (!version_is_series(version))
		return err_set(err, ERR_USAGE,
		               DEBIAN_PREFIX "%s: which linux-source package? " DEBIAN_PREFIX
		                             "6.12 is linux-source-6.12",
		               version);
	r = apt_open(&apt, err);
	if (r == 0)
		r = open_package(&apt, package, o, t, err);
	apt_done(&apt);
	return r;
}

static int open_version(const char *version, const struct kernel_build_opts *o,
                        struct source_tree *t, struct err *err)
{
	_cleanup_free_ char *url = source_mirror_url(source_mirror(), version);

	return open_url(url, o, t, err);
}

static int open_any(const struct kernel_build_opts *o, struct source_tree *t, struct err *err)
{
	static const char file[] = "file://";
	const char *s = o->source;

	if (starts_with(s, DEBIAN_PREFIX))
		return open_debian(s + strlen(DEBIAN_PREFIX), o, t, err);
	if (starts_with(s, file))
		return open_tarball(s + strlen(file), o, t, err);
	if (strstr(s, "://"))
		return open_url(s, o, t, err);
	if (fs_is_dir(AT_FDCWD, s))
		return open_folder(s, t, err);
	if (version_is(s) && !fs_exists(AT_FDCWD, s))
		return open_version(s, o, t, err);
	return open_tarball(s, o, t, err);
}

int source_tree_open(const struct kernel_build_opts *o, struct source_tree *out, struct err *err)
{
	struct source_tree t = { 0 };
	int r = open_any(o, &t, err);

	if (r < 0)
		source_tree_done(&t);
	else
		*out = t;
	return r;
}
