/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/kernel/build.h"

#include <fts.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "harness/kernel/build_tools.h"
#include "harness/kernel/cache_lock.h"
#include "harness/kernel/kconfig.h"
#include "harness/kernel/kmake.h"
#include "harness/kernel/source_tree.h"
#include "harness/kernel/store.h"

#define CONFIG_MAX_BYTES  (16u << 20)
#define IMAGE_MAX_BYTES   (1u << 30)
#define KCONFIG_MAX_BYTES (64u << 20)
#define BUILDS            "builds"
#define WANTED            "ktstr.config" /* in the build folder: what .config was made from */
#define KEY_DIGITS        16
#define BUILD_CPU_S       919 /* what say_what_it_took() said of linux-source-6.12, without ccache */

/* One build. */
struct build {
	const struct kernel_build_opts *o;
	struct source_tree tree;
	char *config; /* both fragments */
	char *key; /* hash of source and configuration; NULL: the source may change at any time */
	char *folder; /* where it is built; in the cache */
	char *log;
	int lock;
};

static void build_done(struct build *b)
{
	source_tree_done(&b->tree);
	free(b->config);
	free(b->key);
	free(b->folder);
	free(b->log);
	if (b->lock >= 0)
		close(b->lock);
}

static void note(const struct build *b, const char *fmt, ...) PRINTF(2, 3);
static void note(const struct build *b, const char *fmt, ...)
{
	_cleanup_strbuf_ struct strbuf line = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&line, fmt, ap);
	va_end(ap);
	if (b->o->note)
		b->o->note(strbuf_cstr(&line));
}

static unsigned int jobs(const struct kernel_build_opts *o)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return o->jobs ? o->jobs : n > 0 ? (unsigned int)n : 1;
}

static int read_config(const struct kernel_build_opts *o, char **out, struct err *err)
{
	_cleanup_strbuf_ struct strbuf base = STRBUF_INIT;
	_cleanup_strbuf_ struct strbuf own = STRBUF_INIT;

	if (fs_read(AT_FDCWD, o->fragment, CONFIG_MAX_BYTES, &base, err) < 0 ||
	    (o->config && fs_read(AT_FDCWD, o->config, CONFIG_MAX_BYTES, &own, err) < 0))
		return -(int)err->code;
	*out = kconfig_merge(strbuf_cstr(&base), strbuf_cstr(&own));
	return 0;
}

/* Hash of source and configuration: build_key in the metadata, and part of the folder's name. */
static char *hash_of(const char *source, const char *config)
{
	_cleanup_free_ char *text = xasprintf("%s\n%s", source, config);
	char sha[65];

	mem_sha256(text, strlen(text), sha);
	return xstrndup(sha, KEY_DIGITS);
}

/* A tree of the user's always has the same folder, whatever its contents, so that make builds only
 * what has changed. */
static int choose_folder(struct build *b, struct err *err)
{
	_cleanup_free_ char *cache = NULL;
	_cleanup_free_ char *builds = NULL;
	_cleanup_free_ char *name = hash_of(b->tree.dir, b->config);

	if (fs_cache_dir(&cache, err) < 0)
		return -(int)err->code;
	builds = fs_join(cache, BUILDS);
	b->folder = fs_join(builds, name);
	b->log = xasprintf("%s.log", b->folder);
	if (b->tree.contents)
		b->key = hash_of(b->tree.contents, b->config);
	return fs_mkdir_p(AT_FDCWD, builds, err);
}

/* Looks for the kernel in the store. 1: found. */
static int find_built(const char *key, struct kernel *out, struct err *err)
{
	struct kernels ks = { 0 };
	int found = 0;

	if (!key)
		return 0;
	if (kernel_list(&ks, err) < 0)
		return -(int)err->code;
	for (size_t i = 0; i < ks.n && !found; i++)
		if (streq_null(ks.v[i].build_key, key) && !ks.v[i].incomplete)
			found = store_get(ks.v[i].name, out, err) < 0 ? -(int)err->code : 1;
	kernels_done(&ks);
	return found;
}

int build_check_config(const char *fragment, const char *config, const char *kconfig,
                       struct strv *unknown, struct err *err)
{
	_cleanup_strv_ struct strv lacks = STRV_INIT;
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;

	kconfig_lacking(fragment, config, &lacks);
	strv_each (&lacks, i) {
		_cleanup_free_ char *depends = kconfig_depends(kconfig, lacks.v[i]);
		_cleanup_free_ char *have = kconfig_value(config, lacks.v[i]);

		if (!depends) {
			strv_add(unknown, lacks.v[i]);
			continue;
		}
		strbuf_addf(&text, "%s%s is %s", text.n ? "; " : "", lacks.v[i],
		            have ? have : "not set");
		if (*depends)
			strbuf_addf(&text, " (it depends on %s)", depends);
	}
	return text.n ? err_set(err, ERR_USAGE, "options that are needed cannot be set: %s",
	                        strbuf_cstr(&text))
	              : 0;
}

/* Appends the text of all Kconfig files of the source. */
static void read_kconfig(char *tree, struct strbuf *out)
{
	char *const roots[] = { tree, NULL };
	FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_NOSTAT, NULL);
	FTSENT *e;

	while (fts && (e = fts_read(fts))) {
		struct err unreadable = ERR_INIT;

		if (!starts_with(e->fts_name, "Kconfig") || out->n > KCONFIG_MAX_BYTES)
			continue;
		(void)!fs_read(AT_FDCWD, e->fts_path, KCONFIG_MAX_BYTES, out, &unreadable);
		strbuf_addc(out, '\n');
	}
	if (fts)
		fts_close(fts);
}

/* The source must have every option of the user's fragment. It may lack options of build.config: a
 * kernel without sched_ext can still run EEVDF. */
static int check_unknown(const struct build *b, const struct strv *unknown, struct err *err)
{
	_cleanup_strbuf_ struct strbuf own = STRBUF_INIT;

	if (b->o->config && fs_read(AT_FDCWD, b->o->config, CONFIG_MAX_BYTES, &own, err) < 0)
		return -(int)err->code;
	strv_each (unknown, i) {
		_cleanup_free_ char *asked = kconfig_value(strbuf_cstr(&own), unknown->v[i]);

		if (asked)
			return err_set(err, ERR_USAGE, "%s: this source has no option %s",
			               b->o->config, unknown->v[i]);
		note(b, "%s: this source has no option %s: built without", b->tree.origin,
		     unknown->v[i]);
	}
	return 0;
}

static int check_config(const struct build *b, struct err *err)
{
	_cleanup_free_ char *path = fs_join(b->folder, ".config");
	_cleanup_strbuf_ struct strbuf config = STRBUF_INIT;
	_cleanup_strbuf_ struct strbuf kconfig = STRBUF_INIT;
	_cleanup_strv_ struct strv lacks = STRV_INIT;
	_cleanup_strv_ struct strv unknown = STRV_INIT;

	if (fs_read(AT_FDCWD, path, CONFIG_MAX_BYTES, &config, err) < 0)
		return -(int)err->code;
	kconfig_lacking(b->config, strbuf_cstr(&config), &lacks);
	if (!lacks.n)
		return 0;
	read_kconfig(b->tree.dir, &kconfig);
	if (build_check_config(b->config, strbuf_cstr(&config), strbuf_cstr(&kconfig), &unknown,
	                       err) < 0)
		return -(int)err->code;
	return check_unknown(b, &unknown, err);
}

static int run_make(const struct build *b, const char *const *args, struct err *err)
{
	_cleanup_free_ char *what = xasprintf("building %s", fs_basename(b->tree.origin));
	const struct kmake m = { .tree = b->tree.dir,
		                 .folder = b->folder,
		                 .args = args,
		                 .log = b->log,
		                 .jobs = jobs(b->o),
		                 .lock_fd = b->lock,
		                 .what = what,
		                 .note = b->o->note };

	return kmake_run(&m, err);
}

/* Turns off all options that are not in the fragments. Leaves a folder alone that was configured
 * from the same fragments: otherwise make would build everything again. */
static int configure(const struct build *b, struct err *err)
{
	_cleanup_free_ char *wanted = fs_join(b->folder, WANTED);
	_cleanup_free_ char *temp = fs_join(b->folder, WANTED ".new");
	_cleanup_free_ char *setting = xasprintf("KCONFIG_ALLCONFIG=%s", temp);
	const char *const all_off[] = { setting, "allnoconfig", NULL };
	const char *const defaults[] = { "olddefconfig", NULL };
	_cleanup_strbuf_ struct strbuf have = STRBUF_INIT;
	struct err absent = ERR_INIT;

	if (fs_read(AT_FDCWD, wanted, CONFIG_MAX_BYTES, &have, &absent) == 0 &&
	    streq(strbuf_cstr(&have), b->config))
		return run_make(b, defaults, err);
	if (fs_write_atomic(AT_FDCWD, temp, b->config, strlen(b->config), 0644, err) < 0 ||
	    run_make(b, all_off, err) < 0 || run_make(b, defaults, err) < 0 ||
	    check_config(b, err) < 0)
		return -(int)err->code;
	return fs_commit(AT_FDCWD, temp, wanted, err);
}

static void fill_meta(const struct build *b, struct kernel *meta)
{
	meta->source = xstrdup("build");
	meta->origin = xstrdup(b->tree.origin);
	meta->kernel_commit = xstrdup(b->tree.commit);
	meta->build_key = xstrdup(b->key);
	meta->config_from = xstrdup("build");
	meta->package = xstrdup(b->tree.package);
	meta->package_version = xstrdup(b->tree.package_version);
	meta->suite = xstrdup(b->tree.suite);
}

static int put_in_store(const struct build *b, struct kernel *out, struct err *err)
{
	_cleanup_free_ char *image_path = fs_join(b->folder, "arch/x86/boot/bzImage");
	_cleanup_free_ char *config_path = fs_join(b->folder, ".config");
	_cleanup_strbuf_ struct strbuf image = STRBUF_INIT;
	_cleanup_strbuf_ struct strbuf config = STRBUF_INIT;
	struct kernel meta;
	int r;

	if (fs_read(AT_FDCWD, image_path, IMAGE_MAX_BYTES, &image, err) < 0 ||
	    fs_read(AT_FDCWD, config_path, CONFIG_MAX_BYTES, &config, err) < 0)
		return -(int)err->code;
	json_init(&kernel_table, &meta);
	fill_meta(b, &meta);
	r = store_put(
		&(struct store_new){
			.image = &image, .config = &config, .meta = &meta, .by_content = true },
		out, err);
	json_done(&kernel_table, &meta);
	return r;
}

static void announce(const struct build *b)
{
	_cleanup_free_ char *wanted = fs_join(b->folder, WANTED);
	unsigned int n = jobs(b->o);

	if (fs_exists(AT_FDCWD, wanted))
		note(b, "building %s%s%s on %u CPUs: continues an earlier build", b->tree.origin,
		     b->tree.commit ? ", commit " : "", b->tree.commit ? b->tree.commit : "", n);
	else
		note(b,
		     "building %s%s%s on %u CPUs: about %u minutes; an interrupted "
		     "build can be continued",
		     b->tree.origin, b->tree.commit ? ", commit " : "",
		     b->tree.commit ? b->tree.commit : "", n, BUILD_CPU_S / 60 / n + 1);
}

static void say_what_it_took(const struct build *b, uint64_t started)
{
	unsigned long long s = (clock_mono_ns() - started) / NS_PER_SEC;
	struct rusage u;

	getrusage(RUSAGE_CHILDREN, &u);
	note(b, "%s was built in %llu:%02llu, which took %lld seconds of CPU", b->tree.origin,
	     s / 60, s % 60, (long long)(u.ru_utime.tv_sec + u.ru_stime.tv_sec));
}

/* A source that this program unpacked never changes, so its build folder is not needed again. */
static void drop_folder(struct build *b)
{
	struct err ignored = ERR_INIT;

	if (b->tree.unpacked)
		(void)!fs_remove_tree(AT_FDCWD, b->folder, &ignored);
}

static int make_kernel(struct build *b, struct kernel *out, struct err *err)
{
	const char *const image[] = { "bzImage", NULL };
	uint64_t started = clock_mono_ns();
	struct err ignored = ERR_INIT;
	int r = cache_lock(b->folder, b->o->note, &b->lock, err);

	if (r == 0) /* another process may have built it while this one waited for the lock */
		r = find_built(b->key, out, err);
	if (r != 0)
		return r < 0 ? r : 0;
	announce(b);
	(void)!fs_remove_tree(AT_FDCWD, b->log, &ignored);
	if (fs_mkdir_p(AT_FDCWD, b->folder, err) < 0 || configure(b, err) < 0 ||
	    run_make(b, image, err) < 0 || put_in_store(b, out, err) < 0)
		return -(int)err->code;
	say_what_it_took(b, started);
	drop_folder(b);
	return 0;
}

int kernel_build(const struct kernel_build_opts *o, struct kernel *out, struct err *err)
{
	struct build b = { .o = o, .lock = -1 };
	int r = read_config(o, &b.config, err);

	if (r == 0)
		r = build_tools_check(b.config, err);
	if (r == 0)
		r = source_tree_open(o, &b.tree, err);
	if (r == 0)
		r = choose_folder(&b, err);
	if (r == 0) {
		r = find_built(b.key, out, err);
		r = r == 0 ? make_kernel(&b, out, err) : r < 0 ? r : 0;
	}
	if (r < 0)
		err_wrap(err, "build %s", o->source);
	build_done(&b);
	return r;
}
