/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "sidecar/mount.h"

#define MOUNTINFO_MAX (16u << 20)
#define FUSE_MAGIC    0x65735546

/* f_type of statfs(2). The numbers are from linux/magic.h or the file system's own source. */
static const uint64_t local_magics[] = {
	0xEF53 /* ext2, 3, 4 */, 0x58465342 /* xfs */,       0x9123683E /* btrfs */,
	0x01021994 /* tmpfs */,  0xF2F52010 /* f2fs */,      0xCA451A4E /* bcachefs */,
	0x2FC12FC1 /* zfs */,    0x794C7630 /* overlayfs */, 0x858458F6 /* ramfs */,
	0x3153464A /* jfs */,    0x52654973 /* reiserfs */,  0x3434 /* nilfs2 */,
	0x24051905 /* ubifs */,  0x7366746E /* ntfs3 */,     0x2011BAB0 /* exfat */,
	0x4D44 /* vfat */,
};

static const struct {
	uint64_t magic;
	const char *name;
} remote_magics[] = {
	{ 0x6969, "NFS" },        { 0xFF534D42, "CIFS" },  { 0x517B, "SMB" },
	{ 0xFE534D42, "SMB2" },   { 0x00C36400, "Ceph" },  { 0x5346414F, "AFS" },
	{ 0x6B414653, "AFS" },    { 0x01021997, "9p" },    { 0x0BD00BD0, "Lustre" },
	{ 0x01161970, "GFS2" },   { 0x7461636F, "OCFS2" }, { 0x19830326, "BeeGFS" },
	{ 0x47504653, "GPFS" },   { 0x73757245, "Coda" },  { 0x20030528, "OrangeFS" },
	{ 0x786F4256, "vboxsf" }, { FUSE_MAGIC, "FUSE" },
};

/* FUSE types that are local: a disk, or the overlay of a rootless container. */
static const char *const local_fuse[] = { "fuse.fuse-overlayfs", "fuseblk" };

void mount_done(struct mount *m)
{
	free(m->type);
	*m = (struct mount){ 0 };
}

/* "36 35 98:0 /root /mnt rw,noatime shared:1 - ext3 /dev/root rw" (proc_pid_mountinfo(5)) */
static bool parse_line(const char *line, uint64_t id, struct mount *out)
{
	const char *type, *dash;
	uint32_t major, minor;
	uint64_t line_id;
	size_t n;

	if (sscanf(line, "%" SCNu64 " %*u %" SCNu32 ":%" SCNu32, &line_id, &major, &minor) != 3 ||
	    line_id != id)
		return false;
	dash = strstr(line, " - ");
	if (!dash)
		return false;
	type = dash + 3;
	n = strcspn(type, " ");
	if (!n)
		return false;
	*out = (struct mount){ .type = xstrndup(type, n), .major = major, .minor = minor };
	return true;
}

bool mount_parse(const char *mountinfo, uint64_t id, struct mount *out)
{
	_cleanup_strv_ struct strv lines = STRV_INIT;

	strv_split(&lines, mountinfo, "\n");
	strv_each (&lines, i)
		if (parse_line(lines.v[i], id, out))
			return true;
	return false;
}

int mount_of_fd(int fd, struct mount *out, struct err *err)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	struct statx st;

	if (statx(fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &st) < 0)
		return err_sys(err, errno, "statx");
	if (!(st.stx_mask & STATX_MNT_ID))
		return err_set(err, ERR_UNSUPPORTED, "statx: this kernel gives no mount id");
	if (fs_read(AT_FDCWD, "/proc/self/mountinfo", MOUNTINFO_MAX, &text, err) < 0)
		return -(int)err->code;
	if (!mount_parse(strbuf_cstr(&text), st.stx_mnt_id, out))
		return err_set(err, ERR_NOT_FOUND, "/proc/self/mountinfo: no mount %" PRIu64,
		               (uint64_t)st.stx_mnt_id);
	return 0;
}

static bool is_local_fuse(const char *type)
{
	for (size_t i = 0; type && i < ARRAY_SIZE(local_fuse); i++)
		if (streq(type, local_fuse[i]))
			return true;
	return false;
}

int mount_check_local(uint64_t magic, const char *type, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(local_magics); i++)
		if (magic == local_magics[i])
			return 0;
	if (magic == FUSE_MAGIC && is_local_fuse(type))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(remote_magics); i++)
		if (magic == remote_magics[i].magic)
			return err_set(err, ERR_UNSUPPORTED,
			               "on %s%s%s%s, where locks are not safe: keep the runs on a "
			               "local disk (CARGO_TARGET_DIR), or name a directory of this "
			               "run's own (KTSTR_SIDECAR_DIR)",
			               remote_magics[i].name, type ? " (" : "", type ? type : "",
			               type ? ")" : "");
	return err_set(err, ERR_UNSUPPORTED,
	               "on a file system that is not known to be local (%s, type 0x%" PRIx64
	               "): keep the runs on ext4, xfs, btrfs or tmpfs (CARGO_TARGET_DIR), or name "
	               "a directory of this run's own (KTSTR_SIDECAR_DIR)",
	               type ? type : "no name", magic);
}

static int open_nearest(const char *path)
{
	_cleanup_free_ char *p = xstrdup(path);
	int fd;

	while ((fd = open(p, O_PATH | O_CLOEXEC)) < 0 && errno == ENOENT) {
		char *slash = strrchr(p, '/');

		if (slash == p)
			return open("/", O_PATH | O_CLOEXEC);
		if (!slash)
			return open(".", O_PATH | O_CLOEXEC);
		*slash = '\0';
	}
	return fd;
}

int mount_of_path(const char *path, struct mount *out, struct err *err)
{
	_cleanup_close_ int fd = open_nearest(path);

	if (fd < 0)
		return err_sys(err, errno, "%s", path);
	return mount_of_fd(fd, out, err);
}

int mount_check_path(const char *path, struct err *err)
{
	_cleanup_close_ int fd = open_nearest(path);
	CLEANUP(mount_done) struct mount m = { 0 };
	struct err ignored = ERR_INIT;
	struct statfs st;

	if (fd < 0 || fstatfs(fd, &st) < 0)
		return err_sys(err, errno, "%s", path);
	if (mount_of_fd(fd, &m, &ignored) < 0)
		m.type = NULL;
	if (mount_check_local((uint32_t)st.f_type, m.type, err) < 0)
		return err_wrap(err, "%s", path);
	return 0;
}
