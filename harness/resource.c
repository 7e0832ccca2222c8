/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/variable.h"
#include "harness/resource.h"

#define OBJECT_SUFFIX ".bpf.o"

int resource_dir(char **out, struct err *err)
{
	static const char *const relative[] = { "../lib/ktstr", "../lib" };
	const char *env = variable_get(VAR_KTSTR_LIB);
	char exe[PATH_MAX];
	ssize_t n;

	if (env) {
		*out = xstrdup(env);
		return 0;
	}
	n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	if (n < 0)
		return err_sys(err, errno, "/proc/self/exe");
	exe[n] = '\0';
	*strrchr(exe, '/') = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(relative); i++) {
		_cleanup_free_ char *dir = xasprintf("%s/%s", exe, relative[i]);
		_cleanup_free_ char *probe = fs_join(dir, "agent");

		if (!fs_exists(AT_FDCWD, probe))
			continue;
		*out = realpath(dir, NULL);
		return *out ? 0 : err_sys(err, errno, "%s", dir);
	}
	return err_set(err, ERR_UNSUPPORTED,
	               "no agent near %s: run `make`, or set KTSTR_LIB to the folder it is in",
	               exe);
}

int resource_path(const char *name, char **out, struct err *err)
{
	_cleanup_free_ char *dir = NULL;
	_cleanup_free_ char *path = NULL;

	if (resource_dir(&dir, err) < 0)
		return -(int)err->code;
	path = fs_join(dir, name);
	if (!fs_exists(AT_FDCWD, path))
		return err_set(err, ERR_UNSUPPORTED, "%s is missing: run `make`", path);
	*out = steal_ptr(&path);
	return 0;
}

int resource_schedulers(struct strv *names, struct err *err)
{
	_cleanup_free_ char *dir = NULL;
	_cleanup_strv_ struct strv files = STRV_INIT;

	if (resource_path("schedulers", &dir, err) < 0 || fs_list(AT_FDCWD, dir, &files, err) < 0)
		return -(int)err->code;
	strv_each (&files, i) {
		const char *f = files.v[i];

		if (ends_with(f, OBJECT_SUFFIX))
			strv_take(names, xstrndup(f, strlen(f) - strlen(OBJECT_SUFFIX)));
	}
	return 0;
}
