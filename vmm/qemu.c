/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/child.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/variable.h"
#include "vmm/vmm.h"

#define QEMU_NAME  "qemu-system-x86_64"
#define CONF_MAX   (64u << 10)
#define BUILD_HEAD (64u << 10)

/* Paths in qemu.conf are relative to its folder; "qemu" may be a name to search on $PATH. */
static char *resolve(const char *dir, const char *value)
{
	return value[0] == '/' || !strchr(value, '/') ? xstrdup(value) : fs_join(dir, value);
}

static int take_line(const char *path, const char *dir, char *line, struct vm_qemu *q,
                     struct err *err)
{
	char *eq = strchr(line, '=');

	if (line[0] == '#')
		return 0;
	if (!eq)
		return err_set(err, ERR_FORMAT, "%s: \"%.40s\" is not key=value", path, line);
	*eq = '\0';
	if (streq(line, "qemu"))
		q->path = resolve(dir, eq + 1);
	else if (streq(line, "firmware"))
		strv_take(&q->firmware, resolve(dir, eq + 1));
	else if (streq(line, "libraries"))
		q->libraries = resolve(dir, eq + 1);
	else
		return err_set(err, ERR_FORMAT, "%s: unknown key \"%.40s\"", path, line);
	return 0;
}

static int read_conf(const char *path, struct vm_qemu *q, struct err *err)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	_cleanup_strv_ struct strv lines = STRV_INIT;
	_cleanup_free_ char *real = realpath(path, NULL);
	_cleanup_free_ char *dir = NULL;

	if (!real)
		return err_sys(err, errno, "%s", path);
	dir = xstrndup(real, (size_t)(fs_basename(real) - real));
	if (fs_read(AT_FDCWD, real, CONF_MAX, &text, err) < 0)
		return -(int)err->code;
	strv_split(&lines, strbuf_cstr(&text), "\n");
	strv_each (&lines, i) {
		if (take_line(path, dir, lines.v[i], q, err) < 0)
			return -(int)err->code;
	}
	return 0;
}

/* What `make deps` wrote, in the tree or as installed; NULL: it is in neither place. */
static char *conf_beside_program(void)
{
	static const char *const relative[] = { "../deps/qemu.conf", "../lib/ktstr/qemu.conf" };
	char exe[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	if (n < 0)
		return NULL;
	exe[n] = '\0';
	*strrchr(exe, '/') = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(relative); i++) {
		_cleanup_free_ char *conf = fs_join(exe, relative[i]);

		if (fs_exists(AT_FDCWD, conf))
			return steal_ptr(&conf);
	}
	return NULL;
}

/* Finds QEMU: what the user set in KTSTR_QEMU, else what `make deps` found or unpacked, else the
 * system's. */
static int locate(struct vm_qemu *q, struct err *err)
{
	const char *env = variable_get(VAR_KTSTR_QEMU);
	_cleanup_free_ char *conf = conf_beside_program();
	_cleanup_free_ char *name = NULL;

	if (env && ends_with(env, ".conf")) {
		if (read_conf(env, q, err) < 0)
			return err_wrap(err, "KTSTR_QEMU");
	} else if (env && *env) {
		q->path = xstrdup(env);
	} else if (conf && read_conf(conf, q, err) < 0) {
		return -(int)err->code;
	}
	name = steal_ptr(&q->path);
	q->path = fs_which(name ? name : QEMU_NAME);
	if (!q->path)
		return err_set(
			err, ERR_UNSUPPORTED,
			"no QEMU: %s does not exist or is not executable; install "
			"qemu-system-x86, run `make deps` in the source tree, or set KTSTR_QEMU "
			"to the path of one",
			name ? name : QEMU_NAME " on PATH");
	return 0;
}

/* Reads the version from "QEMU emulator version 10.0.2 (Debian …)". */
static int ask_version(struct vm_qemu *q, struct err *err)
{
	_cleanup_strv_ struct strv argv = STRV_INIT;
	_cleanup_free_ char *ld =
		q->libraries ? xasprintf("LD_LIBRARY_PATH=%s", q->libraries) : NULL;
	const char *env[] = { ld, NULL };
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	_cleanup_strbuf_ struct strbuf errout = STRBUF_INIT;
	const char *v;
	size_t n;

	strv_addl(&argv, q->path, "--version", NULL);
	if (child_run(&(struct child_run){ .start = { .argv = strv_argv(&argv), .env = env },
	                                   .out = &out,
	                                   .errout = &errout,
	                                   .max_bytes = 4096,
	                                   .deadline = deadline_in(30 * NS_PER_SEC) },
	              err) < 0)
		return err_wrap(err, "QEMU");
	v = strstr(strbuf_cstr(&out), "version ");
	n = v ? strspn(v + 8, "0123456789.") : 0;
	if (!n)
		return err_set(err, ERR_FORMAT, "QEMU: %s does not report its version", q->path);
	q->version = xstrndup(v + 8, n);
	q->major = (unsigned int)strtoul(q->version, NULL, 10);
	return 0;
}

/* The linker's build ID is in the head of the program; so is all of a wrapper script. */
static int read_build(struct vm_qemu *q, struct err *err)
{
	_cleanup_free_ char *head = xcalloc(1, BUILD_HEAD);
	_cleanup_close_ int fd = open(q->path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char sha[65];
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) < 0 || (n = pread(fd, head, BUILD_HEAD, 0)) < 0)
		return err_sys(err, errno, "QEMU: %s", q->path);
	mem_sha256(head, (size_t)n, sha);
	q->build = xasprintf("%.16s-%lld", sha, (long long)st.st_size);
	return 0;
}

int vm_qemu_find(struct vm_qemu *out, struct err *err)
{
	struct vm_qemu q = { 0 };

	if (locate(&q, err) < 0 || ask_version(&q, err) < 0 || read_build(&q, err) < 0) {
		vm_qemu_done(&q);
		return -(int)err->code;
	}
	*out = q;
	return 0;
}

void vm_qemu_done(struct vm_qemu *q)
{
	free(q->path);
	strv_done(&q->firmware);
	free(q->libraries);
	free(q->version);
	free(q->build);
	*q = (struct vm_qemu){ 0 };
}
