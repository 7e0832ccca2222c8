/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finds the files that a program needs, in the order of ld.so(8): RPATH of the object that needs
 * the library, then of the object that needed that one, and so on up to the program (not where
 * there is a RUNPATH); LD_LIBRARY_PATH; RUNPATH; the cache; the default folders. A library that was
 * already found under the same name is used again.
 */
#include <errno.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

#include "base/fs.h"
#include "base/mem.h"
#include "harness/payload/elf.h"
#include "harness/payload/ldcache.h"
#include "harness/payload/payload.h"

#define CACHE           "/etc/ld.so.cache"
#define CACHE_MAX_BYTES (64u << 20)
#define OBJECTS_MAX     1024
#define SCRIPTS_MAX     4 /* scripts that interpret scripts: the kernel's limit */

/* The default folders of Debian and most other distributions. Their subfolders for better
 * processors are not searched. */
static const char *const default_dirs[] = {
	"/lib/x86_64-linux-gnu",
	"/usr/lib/x86_64-linux-gnu",
	"/lib64",
	"/usr/lib64",
	"/lib",
	"/usr/lib",
};

/* glibc opens this library by name when a thread ends. */
#define C_LIBRARY  "libc.so.6"
#define LATE_OPENS "libgcc_s.so.1"

struct elf_object {
	char *name; /* the name under which it was needed */
	char *path;
	struct elf_needs needs;
	size_t by; /* the object that needed it; the first object: itself */
};

struct walk {
	int root_fd;
	const char *libraries;
	struct strbuf cache;
	bool cache_read;
	struct elf_object *objects;
	size_t n;
	struct strv *files;
};

static int open_in(int root_fd, const char *path)
{
	struct open_how how = { .flags = O_RDONLY | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT };

	return (int)syscall(SYS_openat2, root_fd, path, &how, sizeof(how));
}

static bool is_file(int fd)
{
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

static void add_file(struct walk *w, const char *path)
{
	if (!strv_has(w->files, path))
		strv_add(w->files, path);
}

static struct elf_object *add_object(struct walk *w, const char *name, const char *path,
                                     const struct elf_needs *needs, size_t by)
{
	struct elf_object *o = xgrow(w->objects, w->n);

	*o = (struct elf_object){
		.name = xstrdup(name), .path = xstrdup(path), .needs = *needs, .by = by
	};
	add_file(w, path);
	return o;
}

static void walk_done(struct walk *w)
{
	for (size_t i = 0; i < w->n; i++) {
		free(w->objects[i].name);
		free(w->objects[i].path);
		elf_needs_done(&w->objects[i].needs);
	}
	free(w->objects);
	strbuf_done(&w->cache);
}

/* Expands ld.so's words: "$ORIGIN/../lib" of an object in /opt/bin is "/opt/bin/../lib". $LIB and
 * $PLATFORM are those of this machine. */
static char *expand(const char *dir, const char *origin)
{
	static const char *const words[][2] = { { "LIB", "lib/x86_64-linux-gnu" },
		                                { "PLATFORM", "x86_64" },
		                                { "ORIGIN", NULL } };
	struct strbuf b = STRBUF_INIT;

	while (*dir) {
		bool brace = dir[0] == '$' && dir[1] == '{';
		const char *word = dir + 1 + brace;
		size_t k = 0;

		while (k < ARRAY_SIZE(words) && !starts_with(word, words[k][0]))
			k++;
		if (dir[0] != '$' || k == ARRAY_SIZE(words)) {
			strbuf_addc(&b, *dir++);
			continue;
		}
		if (words[k][1])
			strbuf_adds(&b, words[k][1]);
		else
			strbuf_add(&b, origin, (size_t)(strrchr(origin, '/') - origin));
		dir = word + strlen(words[k][0]);
		dir += brace && *dir == '}';
	}
	return b.n ? strbuf_steal(&b) : xstrdup("");
}

/* 1: the path is a library for the same machine; 0: it is not. */
static int try_path(struct walk *w, const char *name, const char *path, size_t by)
{
	const struct elf_needs *wants = &w->objects[by].needs;
	_cleanup_close_ int fd = open_in(w->root_fd, path);
	struct elf_needs is;
	struct err ignored = ERR_INIT;

	if (!is_file(fd) || elf_needs_read(fd, &is, &ignored) <= 0)
		return 0;
	if (is.class != wants->class || is.machine != wants->machine) {
		elf_needs_done(&is);
		return 0;
	}
	add_object(w, name, path, &is, by);
	return 1;
}

static int try_dirs(struct walk *w, const char *name, const char *list, const char *origin,
                    size_t by)
{
	_cleanup_strv_ struct strv dirs = STRV_INIT;

	if (!list)
		return 0;
	strv_split(&dirs, list, ":");
	strv_each (&dirs, i) {
		_cleanup_free_ char *dir = expand(dirs.v[i], origin);
		_cleanup_free_ char *path = dir[0] == '/' ? fs_join(dir, name) : NULL;

		if (path && try_path(w, name, path, by))
			return 1;
	}
	return 0;
}

static int try_rpaths(struct walk *w, const char *name, size_t by)
{
	size_t i = by, asked = by;

	if (w->objects[by].needs.runpath)
		return 0;
	for (;;) {
		const struct elf_object *o = &w->objects[i];

		if (!o->needs.runpath && try_dirs(w, name, o->needs.rpath, o->path, by))
			return 1;
		asked = i;
		i = w->objects[i].by;
		if (i == asked)
			return 0;
	}
}

static void read_cache(struct walk *w)
{
	struct err ignored = ERR_INIT;

	if (!w->cache_read &&
	    fs_read(w->root_fd, &CACHE[1], CACHE_MAX_BYTES, &w->cache, &ignored) < 0)
		strbuf_reset(&w->cache);
	w->cache_read = true;
}

static bool is_default(const char *path)
{
	for (size_t i = 0; i < ARRAY_SIZE(default_dirs); i++) {
		size_t n = strlen(default_dirs[i]);

		if (starts_with(path, default_dirs[i]) && path[n] == '/' &&
		    !strchr(path + n + 1, '/'))
			return true;
	}
	return false;
}

/* A library that is found only through the cache needs the cache in the guest too. */
static int try_cache(struct walk *w, const char *name, size_t by)
{
	_cleanup_strv_ struct strv paths = STRV_INIT;

	read_cache(w);
	ld_cache_find(&w->cache, name, &paths);
	strv_each (&paths, i) {
		if (!try_path(w, name, paths.v[i], by))
			continue;
		if (!is_default(paths.v[i]))
			add_file(w, CACHE);
		return 1;
	}
	return 0;
}

static int try_defaults(struct walk *w, const char *name, size_t by)
{
	for (size_t i = 0; i < ARRAY_SIZE(default_dirs); i++) {
		_cleanup_free_ char *path = fs_join(default_dirs[i], name);

		if (try_path(w, name, path, by))
			return 1;
	}
	return 0;
}

static bool is_there(const struct walk *w, const char *name)
{
	for (size_t i = 0; i < w->n; i++)
		if (streq(w->objects[i].name, name) ||
		    (!strchr(name, '/') && streq(fs_basename(w->objects[i].path), name)))
			return true;
	return false;
}

static bool find_library(struct walk *w, const char *name, size_t by)
{
	/* copied, because the array moves when it grows */
	_cleanup_free_ char *runpath = xstrdup(w->objects[by].needs.runpath);
	_cleanup_free_ char *path = xstrdup(w->objects[by].path);

	if (strchr(name, '/')) {
		_cleanup_free_ char *direct = expand(name, path);
		_cleanup_free_ char *absolute =
			direct[0] == '/' ? xstrdup(direct) : fs_join("/", direct);

		return try_path(w, name, absolute, by);
	}
	return try_rpaths(w, name, by) || try_dirs(w, name, w->libraries, path, by) ||
	       try_dirs(w, name, runpath, path, by) || try_cache(w, name, by) ||
	       try_defaults(w, name, by);
}

static int find_needed(struct walk *w, size_t by, struct err *err)
{
	for (size_t k = 0; k < w->objects[by].needs.needed.n; k++) {
		const char *name = w->objects[by].needs.needed.v[k];

		if (is_there(w, name))
			continue;
		if (w->n >= OBJECTS_MAX)
			return err_set(err, ERR_LIMIT, "more than %d libraries", OBJECTS_MAX);
		if (!find_library(w, name, by))
			return err_set(err, ERR_NOT_FOUND, "%s needs %s, which was not found",
			               w->objects[by].path, w->objects[by].needs.needed.v[k]);
	}
	return 0;
}

static int walk_libraries(struct walk *w, struct err *err)
{
	const char *interpreter = w->objects[0].needs.interpreter;

	if (interpreter) {
		_cleanup_close_ int fd = open_in(w->root_fd, interpreter);

		if (!is_file(fd))
			return err_set(err, ERR_NOT_FOUND, "%s needs %s, which was not found",
			               w->objects[0].path, interpreter);
		add_file(w, interpreter);
	}
	for (size_t i = 0; i < w->n; i++)
		if (find_needed(w, i, err) < 0)
			return -(int)err->code;
	if (is_there(w, C_LIBRARY) && !is_there(w, LATE_OPENS))
		find_library(w, LATE_OPENS, 0); /* a machine may not have it */
	return 0;
}

static int walk_elf(int root_fd, const char *path, const char *libraries,
                    const struct elf_needs *needs, struct strv *files, struct err *err)
{
	struct walk w = { .root_fd = root_fd, .libraries = libraries, .files = files };
	int ret;

	add_object(&w, path, path, needs, 0);
	ret = walk_libraries(&w, err);
	walk_done(&w);
	return ret;
}

/* The words of the first line, such as "#!/usr/bin/env -S python3 -u". None if it is no script. */
static void script_words(int fd, struct strv *words)
{
	char line[256];
	ssize_t n = pread(fd, line, sizeof(line) - 1, 0);

	if (n < 3)
		return;
	line[n] = '\0';
	line[strcspn(line, "\n")] = '\0';
	if (starts_with(line, "#!"))
		strv_split(words, line + 2, " \t\r");
}

static int add_any(const struct walk *w, const char *path, int depth, struct err *err);

/* env(1) searches for the interpreter, so the interpreter is added too. */
static int add_of_env(const struct walk *w, const struct strv *words, int depth, struct err *err)
{
	for (size_t i = 1; i < words->n; i++) {
		_cleanup_free_ char *program = NULL;

		if (words->v[i][0] == '-' || strchr(words->v[i], '='))
			continue;
		program = fs_which(words->v[i]);
		return program ? add_any(w, program, depth, err)
		               : err_set(err, ERR_NOT_FOUND, "there is no executable \"%s\"",
		                         words->v[i]);
	}
	return 0;
}

static int add_script(const struct walk *w, const char *path, const struct strv *words, int depth,
                      struct err *err)
{
	int ret;

	if (depth > SCRIPTS_MAX)
		return err_set(err, ERR_FORMAT, "%s: too many scripts that interpret scripts",
		               path);
	if (!strv_has(w->files, path))
		strv_add(w->files, path);
	ret = add_any(w, words->v[0], depth, err);
	if (ret == 0 && streq(fs_basename(words->v[0]), "env"))
		ret = add_of_env(w, words, depth, err);
	return ret < 0 ? err_wrap(err, "%s", path) : 0;
}

static int add_any(const struct walk *w, const char *path, int depth, struct err *err)
{
	_cleanup_close_ int fd = open_in(w->root_fd, path);
	_cleanup_strv_ struct strv words = STRV_INIT;
	struct elf_needs needs;
	int r;

	if (!is_file(fd))
		return err_set(err, ERR_NOT_FOUND, "%s: %s", path,
		               fd < 0 ? strerror(errno) : "not a file");
	script_words(fd, &words);
	if (words.n)
		return add_script(w, path, &words, depth + 1, err);
	r = elf_needs_read(fd, &needs, err);
	if (r < 0)
		return err_wrap(err, "%s", path);
	if (r == 1)
		return walk_elf(w->root_fd, path, w->libraries, &needs, w->files, err);
	if (!strv_has(w->files, path))
		strv_add(w->files, path); /* a data file */
	return 0;
}

int payload_closure(int root_fd, const char *path, const char *libraries, struct strv *files,
                    struct err *err)
{
	const struct walk w = { .root_fd = root_fd, .libraries = libraries, .files = files };

	if (path[0] != '/')
		return err_set(err, ERR_USAGE, "%s: not an absolute path", path);
	return add_any(&w, path, 0, err);
}
