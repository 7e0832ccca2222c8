/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/shell_files.h"

#include <errno.h>
#include <stdlib.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/variable.h"
#include "harness/payload/payload.h"

/* The first that is installed is the shell. %s in its prompt: the place. */
static const struct {
	const char *name, *prompt;
} shells[] = {
	{ "bash", "PS1=%s:\\w\\$ " },
	{ "sh", "PS1=%s# " },
};

/* Packed if they are installed here: 12 MB on Debian 12. Larger programs come with -i. */
/* clang-format off */
static const char *const tools[] = {
	"awk", "basename", "cat", "chmod", "cmp", "cp", "cut", "date", "dd", "df", "diff", "dirname", "du",
	"echo", "egrep", "env", "expr", "find", "grep", "head", "hexdump", "id", "less", "ln", "ls",
	"mkdir", "mktemp", "mount", "mv", "od", "printf", "readlink", "rm", "rmdir", "sed", "seq", "sh", "sha256sum",
	"sleep", "sort", "stat", "stty", "sync", "tac", "tail", "tee", "test", "touch", "tr", "true", "tty",
	"umount", "uname", "uniq", "watch", "wc", "which", "xargs", "yes",
	"bpftool", "chrt", "dmesg", "free", "kill", "killall", "lscpu", "nice", "nproc", "numactl", "pgrep",
	"pidof", "pkill", "ps", "renice", "sysctl", "taskset", "time", "timeout", "top", "uclampset",
	"uptime", "vmstat",
};
/* clang-format on */

/* Where terminals are described. */
static const char *const terminfo[] = { "/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo" };

static const char *keep(struct shell_files *f, char *s)
{
	strv_take(&f->own, s);
	return s;
}

/* A file that is there already stays. vm_file has paths without the leading "/". */
static int place(struct shell_files *f, const char *path, const char *source, struct err *err)
{
	struct stat st;

	if (strv_has(&f->paths, path))
		return 0;
	if (stat(source, &st) < 0)
		return err_path(err, errno, source);
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_USAGE, "%s: not a file", source);
	strv_add(&f->paths, path);
	f->bytes += (uint64_t)st.st_size;
	*xgrow(f->v, f->n) = (struct vm_file){ .path = keep(f, xstrdup(path + strspn(path, "/"))),
		                               .source = keep(f, xstrdup(source)),
		                               .mode = st.st_mode & 0111 ? 0755 : 0644 };
	return 0;
}

static void place_text(struct shell_files *f, const char *path, const char *text)
{
	if (strv_has(&f->paths, path))
		return;
	strv_add(&f->paths, path);
	*xgrow(f->v, f->n) = (struct vm_file){
		.path = keep(f, xstrdup(path + 1)), .data = text, .n = strlen(text), .mode = 0644
	};
}

/* `path` in the guest; what it needs keeps its own path. */
static int place_with_needs(struct shell_files *f, const char *path, const char *source,
                            struct err *err)
{
	_cleanup_close_ int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	_cleanup_strv_ struct strv needs = STRV_INIT;

	if (root < 0)
		return err_sys(err, errno, "/");
	if (place(f, path, source, err) < 0 || payload_closure(root, source, NULL, &needs, err) < 0)
		return -(int)err->code;
	strv_each (&needs, i)
		if (!streq(needs.v[i], source) && place(f, needs.v[i], needs.v[i], err) < 0)
			return -(int)err->code;
	return 0;
}

/* Keeps the name of a symbolic link. */
static int absolute(const char *path, char **out, struct err *err)
{
	_cleanup_free_ char *dir = NULL;

	if (path[0] == '/') {
		*out = xstrdup(path);
		return 0;
	}
	dir = getcwd(NULL, 0);
	if (!dir)
		return err_sys(err, errno, "working directory");
	*out = fs_join(dir, path + (starts_with(path, "./") ? 2 : 0));
	return 0;
}

int shell_files_program(struct shell_files *f, const char *name, char **path, struct err *err)
{
	_cleanup_free_ char *found = fs_which(name), *full = NULL;

	if (!found || !fs_exists(AT_FDCWD, found))
		return err_set(err, ERR_NOT_FOUND, "there is no executable \"%s\"", name);
	if (absolute(found, &full, err) < 0 || place_with_needs(f, full, full, err) < 0)
		return -(int)err->code;
	*path = steal_ptr(&full);
	return 0;
}

/* A name that is no file here is that of a program. */
static int find_file(const char *name, char **out, struct err *err)
{
	_cleanup_free_ char *program =
		strchr(name, '/') || fs_exists(AT_FDCWD, name) ? NULL : fs_which(name);

	return absolute(program ? program : name, out, err);
}

int shell_files_add(struct shell_files *f, const char *arg, struct err *err)
{
	const char *colon = strstr(arg, ":/");
	bool renamed = colon && !fs_exists(AT_FDCWD, arg);
	_cleanup_free_ char *file = renamed ? xstrndup(arg, (size_t)(colon - arg)) : xstrdup(arg);
	_cleanup_free_ char *full = NULL;

	if (find_file(file, &full, err) < 0 ||
	    place_with_needs(f, renamed ? colon + 1 : full, full, err) < 0)
		return err_wrap(err, "-i");
	return 0;
}

static void add_terminal(struct shell_files *f, struct strv *env)
{
	const char *term = variable_get(VAR_TERM);

	if (!term || strchr(term, '/'))
		return;
	strv_addf(env, "TERM=%s", term);
	for (size_t i = 0; i < ARRAY_SIZE(terminfo); i++) {
		_cleanup_free_ char *path = xasprintf("%s/%c/%s", terminfo[i], term[0], term);
		struct err ignored = ERR_INIT; /* programs do without */

		if (fs_exists(AT_FDCWD, path) && place(f, path, path, &ignored) < 0)
			err_clear(&ignored);
	}
}

/* /bin/sh is what scripts name. */
static int add_shell(struct shell_files *f, const char *at, char **shell, struct strv *env,
                     struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(shells); i++) {
		_cleanup_free_ char *path = fs_which(shells[i].name);
		const char *where = strstr(shells[i].prompt, "%s");

		if (!path)
			continue;
		if (place_with_needs(f, path, path, err) < 0 ||
		    place_with_needs(f, "/bin/sh", "/bin/sh", err) < 0)
			return -(int)err->code;
		strv_addf(env, "%.*s%s%s", (int)(where - shells[i].prompt), shells[i].prompt, at,
		          where + 2);
		*shell = steal_ptr(&path);
		return 0;
	}
	return err_set(err, ERR_NOT_FOUND, "this machine has no shell on $PATH");
}

int shell_files_tools(struct shell_files *f, const char *at, char **shell, struct strv *env,
                      struct err *err)
{
	if (add_shell(f, at, shell, env, err) < 0)
		return -(int)err->code;
	for (size_t i = 0; i < ARRAY_SIZE(tools); i++) {
		struct err ignored = ERR_INIT; /* a tool whose library is missing is left out */
		char *path;

		if (shell_files_program(f, tools[i], &path, &ignored) == 0)
			free(path);
	}
	add_terminal(f, env);
	place_text(f, "/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
	place_text(f, "/etc/group", "root:x:0:\n");
	return 0;
}

int shell_files_pack(const struct shell_files *f, int *memfd, struct err *err)
{
	return vm_initramfs(f->v, f->n, memfd, err);
}

void shell_files_done(struct shell_files *f)
{
	free(f->v);
	strv_done(&f->paths);
	strv_done(&f->own);
	*f = (struct shell_files){ 0 };
}
