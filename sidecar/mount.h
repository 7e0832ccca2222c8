/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The file system a file is on: its name, the device number that /proc/locks shows for it (on btrfs
 * and overlayfs st_dev differs from that), and whether every writer sees an advisory lock there.
 */
#ifndef SIDECAR_MOUNT_H
#define SIDECAR_MOUNT_H

#include "base/err.h"

struct mount {
	char *type; /* "ext4", "fuse.sshfs" */
	uint32_t major, minor;
};

void mount_done(struct mount *m);
/* Finds the mount with this id in the text of a mountinfo file; false when there is none. */
bool mount_parse(const char *mountinfo, uint64_t id, struct mount *out);
/* The mount an open file is on. */
int mount_of_fd(int fd, struct mount *out, struct err *err) MUST_CHECK;

/* The mount of `path`, or of the nearest directory above it that exists. */
int mount_of_path(const char *path, struct mount *out, struct err *err) MUST_CHECK;

/* 0 when the file system is local, so that locks on it are safe; else ERR_UNSUPPORTED with its name
 * and the reason. `magic`: f_type of statfs(2). `type`: the mount's type, which decides for FUSE;
 * may be NULL. */
int mount_check_local(uint64_t magic, const char *type, struct err *err) MUST_CHECK;
/* The same for `path`, or for the nearest directory above it that exists. */
int mount_check_path(const char *path, struct err *err) MUST_CHECK;

#endif
