/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/cgroup.h"

#include <errno.h>

#include "base/fs.h"
#include "base/mem.h"

char *cgroup_path(const char *name)
{
	return fs_join(CGROUP_TEST, name);
}

int cgroup_setup(int root_fd, struct err *err)
{
	int ret;

	if ((ret = fs_write(root_fd, "sys/fs/cgroup/cgroup.subtree_control", "+cpu +cpuset", err)) <
	            0 ||
	    (ret = fs_mkdir_p(root_fd, CGROUP_TEST, err)) < 0 ||
	    (ret = fs_write(root_fd, CGROUP_TEST "/cgroup.subtree_control", "+cpu +cpuset", err)) <
	            0)
		return ret;
	return 0;
}

static int set(int root_fd, const char *dir, const char *file, const char *value, struct err *err)
{
	_cleanup_free_ char *path = fs_join(dir, file);

	return fs_write(root_fd, path, value, err);
}

int cgroup_create(int root_fd, const struct job_cgroup *g, int *dir_fd, struct err *err)
{
	_cleanup_free_ char *dir = cgroup_path(g->name);
	int ret;

	if (!g->name[0] || strstr(g->name, "..") || g->name[0] == '/')
		return err_set(err, ERR_USAGE, "cgroup \"%s\": not a name", g->name);
	if ((ret = fs_mkdir_p(root_fd, dir, err)) < 0)
		return err_wrap(err, "cgroup %s", g->name);
	strmap_each (&g->knobs, i) {
		const struct strmap_pair *k = &g->knobs.v[i];

		if ((ret = set(root_fd, dir, k->key, k->value, err)) < 0)
			return err_wrap(err, "cgroup %s", g->name);
	}
	int fd = openat(root_fd, dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, errno, "cgroup %s", g->name);
	*dir_fd = fd;
	return 0;
}
