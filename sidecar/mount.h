/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What file system something is on: its name, the device number the kernel prints for it in
 * /proc/locks (on btrfs and overlayfs st_dev is another), and whether an advisory lock there is
 * seen by every writer.
 */
#ifndef SIDECAR_MOUNT_H
#define SIDECAR_MOUNT_H

#include "base/err.h"

struct mount {
	char *type; /* "ext4", "fuse.sshfs" */
	uint32_t major, minor;
};

void mount_done(struct mount *m);
/* The mount with this id in the text of a mountinfo file; false when there is none. */
bool mount_parse(const char *mountinfo, uint64_t id, struct mount *out);
/* The mount an open file lies on. */
int mount_of_fd(int fd, struct mount *out, struct err *err) MUST_CHECK;

/* The same of the nearest existing directory at or above `path`. */
int mount_of_path(const char *path, struct mount *out, struct err *err) MUST_CHECK;

/* 0 when locks on this file system (statfs f_type, mount type for FUSE) are local, else
 * ERR_UNSUPPORTED naming it and the reason. */
int mount_check_local(uint64_t magic, const char *type, struct err *err) MUST_CHECK;
/* The same for where `path` is or would be. */
int mount_check_path(const char *path, struct err *err) MUST_CHECK;

#endif
