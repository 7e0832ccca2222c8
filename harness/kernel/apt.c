/* SPDX-License-Identifier: GPL-2.0-only */
#include <ctype.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/child.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/parse.h"
#include "base/term.h"
#include "harness/kernel/apt.h"

#define OUTPUT_MAX (64u << 20)
#define ASK_NS     (120 * NS_PER_SEC)
#define UPDATE_NS  (300 * NS_PER_SEC)
#define STALL_NS   (120 * NS_PER_SEC)
#define LOOK_NS    (200 * NS_PER_MS)
#define UPDATED    "updated" /* its time stamp is the time of the last update */

/* Debian's suites with kernels; the one with the newest is asked first. */
static const char *const suites[] = { "trixie-backports", "trixie" };

static int run(const struct apt *a, struct strv *argv, struct strbuf *out, uint64_t ns,
               struct err *err)
{
	_cleanup_strbuf_ struct strbuf errout = STRBUF_INIT;
	static const char *const env[] = { "LC_ALL=C", "DEBIAN_FRONTEND=noninteractive", NULL };

	return child_run(
		&(struct child_run){
			.start = { .argv = strv_argv(argv), .env = env, .dir = a->dir },
			.out = out,
			.errout = &errout,
			.max_bytes = OUTPUT_MAX,
			.deadline = deadline_in(ns) },
		err);
}

static char *trimmed(const char *s, size_t n)
{
	while (n && isspace((unsigned char)*s))
		s++, n--;
	while (n && isspace((unsigned char)s[n - 1]))
		n--;
	return n ? xstrndup(s, n) : NULL;
}

/* "Signed-By: /usr/share/keyrings/x.gpg" in paragraph number `index`. A key that is written out in
 * the file itself is not a path and is ignored. */
static char *signed_by_deb822(const char *text, unsigned int index)
{
	unsigned int at = 0;
	bool in = false;

	while (*text) {
		size_t n = strcspn(text, "\n");
		_cleanup_free_ char *line = trimmed(text, n);

		if (!line) {
			in = false;
		} else if (line[0] != '#') {
			at += !in;
			in = true;
			if (at == index && strncasecmp(line, "Signed-By:", 10) == 0)
				return trimmed(line + 10, strlen(line + 10));
		}
		text += n + (text[n] == '\n');
	}
	return NULL;
}

static char *signed_by_line(const char *text, unsigned int index)
{
	const char *opt, *end;

	for (unsigned int i = 1; i < index && *text; i++) {
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	end = text + strcspn(text, "\n");
	opt = strstr(text, "signed-by=");
	if (!opt || opt > end)
		return NULL;
	opt += strlen("signed-by=");
	return xstrndup(opt, strcspn(opt, " ]\n"));
}

char *apt_signed_by(const char *text, bool deb822, unsigned int index)
{
	char *s = deb822 ? signed_by_deb822(text, index) : signed_by_line(text, index);

	if (s && s[0] != '/') {
		free(s);
		return NULL;
	}
	return s;
}

/* The machine's Debian source: its mirror, and the keyring from the entry ("FILE:INDEX") that names
 * it. */
static int machine_source(const struct apt *a, char **uri, char **keyring, struct err *err)
{
	_cleanup_strv_ struct strv argv = STRV_INIT;
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	_cleanup_strv_ struct strv lines = STRV_INIT;

	strv_addl(&argv, "apt-get", "indextargets", "--format",
	          "$(ORIGIN)|$(COMPONENT)|$(RELEASE)|$(REPO_URI)|$(SOURCESENTRY)", NULL);
	if (run(a, &argv, &out, ASK_NS, err) < 0)
		return -(int)err->code;
	strv_split(&lines, strbuf_cstr(&out), "\n");
	strv_each (&lines, i) {
		_cleanup_strv_ struct strv f = STRV_INIT;
		_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
		struct err ignored = ERR_INIT;
		char *colon;

		strv_split(&f, lines.v[i], "|");
		if (f.n != 5 || !streq(f.v[0], "Debian") || !streq(f.v[1], "main") ||
		    strstr(f.v[2], "security") || !(colon = strrchr(f.v[4], ':')))
			continue;
		*colon = '\0';
		*uri = xstrdup(f.v[3]);
		if (fs_read(AT_FDCWD, f.v[4], 1 << 20, &text, &ignored) == 0)
			*keyring = apt_signed_by(strbuf_cstr(&text), ends_with(f.v[4], ".sources"),
			                         (unsigned int)strtoul(colon + 1, NULL, 10));
		return 0;
	}
	return err_set(
		err, ERR_UNSUPPORTED,
		"apt has no Debian mirror on this machine (did `apt-get update` run?); add a "
		"kernel with `harness kernel add`");
}

static int write_text(const char *path, const struct strbuf *b, struct err *err)
{
	return fs_write_atomic(AT_FDCWD, path, strbuf_cstr(b), b->n, 0644, err);
}

static int write_sources(const struct apt *a, struct err *err)
{
	_cleanup_free_ char *uri = NULL;
	_cleanup_free_ char *keyring = NULL;
	_cleanup_free_ char *path = fs_join(a->dir, "sources.list");
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	if (machine_source(a, &uri, &keyring, err) < 0)
		return -(int)err->code;
	for (size_t i = 0; i < ARRAY_SIZE(suites); i++)
		strbuf_addf(&b, "deb %s%s%s%s %s main\n", keyring ? "[signed-by=" : "",
		            keyring ? keyring : "", keyring ? "] " : "", uri, suites[i]);
	return write_text(path, &b, err);
}

static int write_conf(const struct apt *a, struct err *err)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_addf(
		&b,
		"Dir::State \"%s/state\";\nDir::State::lists \"%s/lists\";\n"
		"Dir::State::status \"%s/status\";\nDir::Cache \"%s/cache\";\n"
		"Dir::Etc::sourcelist \"%s/sources.list\";\nDir::Etc::sourceparts \"%s/none\";\n"
		"Dir::Etc::preferencesparts \"%s/none\";\nAPT::Sandbox::User \"root\";\n"
		"Acquire::Languages \"none\";\nAPT::Get::List-Cleanup \"0\";\n",
		a->dir, a->dir, a->dir, a->dir, a->dir, a->dir, a->dir);
	return write_text(a->conf, &b, err);
}

int apt_open(struct apt *out, struct err *err)
{
	static const char *const folders[] = { "state", "lists/partial", "cache/archives/partial",
		                               "none" };
	_cleanup_free_ char *cache = NULL;
	_cleanup_free_ char *have = fs_which("apt-get");
	const struct strbuf empty = STRBUF_INIT;
	struct apt a = { 0 };
	int r;

	if (!have)
		return err_set(err, ERR_UNSUPPORTED,
		               "no apt on this machine: add a kernel with `harness kernel add`");
	if (fs_cache_dir(&cache, err) < 0)
		return -(int)err->code;
	a.dir = fs_join(cache, "apt");
	a.conf = fs_join(a.dir, "apt.conf");
	r = fs_mkdir_p(AT_FDCWD, a.dir, err);
	for (size_t i = 0; i < ARRAY_SIZE(folders) && r == 0; i++) {
		_cleanup_free_ char *dir = fs_join(a.dir, folders[i]);

		r = fs_mkdir_p(AT_FDCWD, dir, err);
	}
	if (r == 0) {
		_cleanup_free_ char *status = fs_join(a.dir, "status");

		r = write_text(status, &empty, err);
	}
	if (r == 0)
		r = write_conf(&a, err);
	if (r < 0) {
		apt_done(&a);
		return err_wrap(err, "apt");
	}
	*out = a;
	return 0;
}

void apt_done(struct apt *a)
{
	free(a->dir);
	free(a->conf);
	*a = (struct apt){ 0 };
}

int apt_update(const struct apt *a, unsigned int max_age_s, struct err *err)
{
	_cleanup_strv_ struct strv argv = STRV_INIT;
	_cleanup_free_ char *stamp = fs_join(a->dir, UPDATED);
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	struct strbuf empty = STRBUF_INIT;
	struct stat st;

	if (stat(stamp, &st) == 0 && time(NULL) - st.st_mtime < (time_t)max_age_s)
		return 0;
	term_progress("reading Debian's package lists");
	if (write_sources(a, err) < 0)
		return -(int)err->code;
	strv_addl(&argv, "apt-get", "-c", a->conf, "-qq", "--error-on=any", "update", NULL);
	if (run(a, &argv, &out, UPDATE_NS, err) < 0)
		return err_wrap(err, "Debian's package lists");
	term_progress_end();
	return write_text(stamp, &empty, err);
}

bool apt_has_lists(const struct apt *a)
{
	_cleanup_free_ char *stamp = fs_join(a->dir, UPDATED);

	return fs_exists(AT_FDCWD, stamp);
}

int apt_names(const struct apt *a, const char *prefix, struct strv *out, struct err *err)
{
	_cleanup_strv_ struct strv argv = STRV_INIT;
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;

	strv_addl(&argv, "apt-cache", "-c", a->conf, "pkgnames", prefix, NULL);
	if (run(a, &argv, &text, ASK_NS, err) < 0)
		return -(int)err->code;
	strv_split(out, strbuf_cstr(&text), "\n");
	return 0;
}

static char *field(const char *text, const char *key)
{
	size_t n = strlen(key);

	for (const char *p = text; p; p = strchr(p, '\n')) {
		p += *p == '\n';
		if (strncmp(p, key, n) == 0)
			return trimmed(p + n, strcspn(p + n, "\n"));
		if (!*p)
			break;
	}
	return NULL;
}

/* Lines "pkg | version | URI suite/main amd64 Packages". */
void apt_parse_suites(const char *madison, struct strmap *out)
{
	_cleanup_strv_ struct strv lines = STRV_INIT;

	strv_split(&lines, madison, "\n");
	strv_each (&lines, i) {
		_cleanup_strv_ struct strv words = STRV_INIT;

		strv_split(&words, lines.v[i], " |");
		strv_each (&words, k) {
			const char *suite = words.v[k];
			_cleanup_free_ char *name = NULL;

			if (!ends_with(suite, "/main") || strmap_get(out, words.v[0]))
				continue;
			name = xstrndup(suite, strlen(suite) - strlen("/main"));
			strmap_set(out, words.v[0], name);
		}
	}
}

int apt_suites(const struct apt *a, const struct strv *packages, struct strmap *out,
               struct err *err)
{
	_cleanup_strv_ struct strv argv = STRV_INIT;
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;

	strv_addl(&argv, "apt-cache", "-c", a->conf, "madison", NULL);
	strv_each (packages, i)
		strv_add(&argv, packages->v[i]);
	if (run(a, &argv, &text, ASK_NS, err) < 0)
		return -(int)err->code;
	apt_parse_suites(strbuf_cstr(&text), out);
	return 0;
}

int apt_depends(const struct apt *a, const char *package, struct strbuf *out, struct err *err)
{
	_cleanup_strv_ struct strv argv = STRV_INIT;
	_cleanup_strv_ struct strv lines = STRV_INIT;
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;

	strv_addl(&argv, "apt-cache", "-c", a->conf, "show", "--all-versions", package, NULL);
	if (run(a, &argv, &text, ASK_NS, err) < 0)
		return -(int)err->code;
	strv_split(&lines, strbuf_cstr(&text), "\n");
	strv_each (&lines, i) {
		if (starts_with(lines.v[i], "Depends:"))
			strbuf_addf(out, "%s\n", lines.v[i]);
	}
	return 0;
}

static char *suite_of(const struct apt *a, const char *package)
{
	_cleanup_strv_ struct strv one = STRV_INIT;
	struct strmap found = { 0 };
	struct err ignored = ERR_INIT;
	char *suite = NULL;

	strv_add(&one, package);
	if (apt_suites(a, &one, &found, &ignored) == 0)
		suite = xstrdup(strmap_get(&found, package));
	strmap_done(&found);
	return suite;
}

int apt_show(const struct apt *a, const char *package, struct apt_package *out, struct err *err)
{
	_cleanup_strv_ struct strv argv = STRV_INIT;
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	_cleanup_free_ char *size = NULL;
	uint64_t bytes;

	strv_addl(&argv, "apt-cache", "-c", a->conf, "show", "--no-all-versions", package, NULL);
	if (run(a, &argv, &text, ASK_NS, err) < 0)
		return err_wrap(err, "package %s", package);
	size = field(strbuf_cstr(&text), "Size:");
	if (!size || parse_u64(size, "Size", 0, UINT64_MAX, &bytes, err) < 0)
		return err_set(err, ERR_FORMAT, "package %s: apt-cache gives no size", package);
	*out = (struct apt_package){ .version = field(strbuf_cstr(&text), "Version:"),
		                     .suite = suite_of(a, package),
		                     .bytes = bytes };
	return 0;
}

void apt_package_done(struct apt_package *p)
{
	free(p->version);
	free(p->suite);
	*p = (struct apt_package){ 0 };
}

static uint64_t bytes_in(const char *dir, char **deb)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct err ignored = ERR_INIT;
	uint64_t sum = 0;

	if (fs_list(AT_FDCWD, dir, &names, &ignored) < 0)
		return 0;
	strv_each (&names, i) {
		_cleanup_free_ char *path = fs_join(dir, names.v[i]);
		struct stat st;

		if (stat(path, &st) == 0)
			sum += (uint64_t)st.st_size;
		if (deb && !*deb && ends_with(names.v[i], ".deb"))
			*deb = xstrdup(path);
	}
	return sum;
}

/* Waits for a download and shows its progress. Gives up when it stops growing. */
static int await(struct child *c, const char *dir, const char *package, uint64_t bytes,
                 struct err *err)
{
	uint64_t last = 0, since = clock_mono_ns();

	while (child_wait(c, deadline_in(LOOK_NS), err) < 0) {
		uint64_t now = bytes_in(dir, NULL);

		if (err->code != ERR_TIMEOUT)
			return -(int)err->code;
		err_clear(err);
		if (now != last) {
			last = now;
			since = clock_mono_ns();
		}
		if (clock_mono_ns() - since > STALL_NS)
			return err_set(err, ERR_TIMEOUT, "no data came for two minutes");
		term_progress("%s: %.1f of %.1f MB", package, (double)now / 1e6,
		              (double)bytes / 1e6);
	}
	term_progress_end();
	return 0;
}

int apt_download(const struct apt *a, const char *package, uint64_t bytes, char **out,
                 struct err *err)
{
	_cleanup_free_ char *dir = xasprintf("%s/download-%d", a->dir, (int)getpid());
	_cleanup_strv_ struct strv argv = STRV_INIT;
	_cleanup_child_ struct child c = CHILD_INIT;
	_cleanup_free_ char *deb = NULL;
	_cleanup_free_ char *how = NULL;

	if (fs_remove_tree(AT_FDCWD, dir, err) < 0 || fs_mkdir_p(AT_FDCWD, dir, err) < 0)
		return -(int)err->code;
	strv_addl(&argv, "apt-get", "-c", a->conf, "-qq", "download", package, NULL);
	if (child_start(&(struct child_opts){ .argv = strv_argv(&argv), .dir = dir }, &c, err) <
	            0 ||
	    await(&c, dir, package, bytes, err) < 0)
		return err_wrap(err, "downloading %s", package);
	how = child_describe(&c);
	bytes_in(dir, &deb);
	if (c.status != 0 || !deb)
		return err_set(err, ERR_CHILD, "downloading %s: apt-get: %s", package, how);
	*out = steal_ptr(&deb);
	return 0;
}
