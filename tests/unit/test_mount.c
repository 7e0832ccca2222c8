/* SPDX-License-Identifier: GPL-2.0-only */
#include <fcntl.h>

#include "base/cleanup.h"
#include "sidecar/mount.h"
#include "tests/unit/test.h"

static const struct {
	const char *label, *type;
	uint64_t magic;
	const char *says; /* NULL: local */
} magics[] = {
	{ "ext4", "ext4", 0xEF53, NULL },
	{ "xfs", "xfs", 0x58465342, NULL },
	{ "btrfs", "btrfs", 0x9123683E, NULL },
	{ "tmpfs", "tmpfs", 0x01021994, NULL },
	{ "f2fs", "f2fs", 0xF2F52010, NULL },
	{ "bcachefs", "bcachefs", 0xCA451A4E, NULL },
	{ "zfs", "zfs", 0x2FC12FC1, NULL },
	{ "overlayfs", "overlay", 0x794C7630, NULL },
	{ "ramfs", "ramfs", 0x858458F6, NULL },
	{ "rootless overlay", "fuse.fuse-overlayfs", 0x65735546, NULL },
	{ "FUSE on a disk", "fuseblk", 0x65735546, NULL },
	{ "nfs", "nfs4", 0x6969, "NFS (nfs4)" },
	{ "cifs", "cifs", 0xFF534D42, "CIFS" },
	{ "smb2", "smb3", 0xFE534D42, "SMB2" },
	{ "ceph", "ceph", 0x00C36400, "Ceph" },
	{ "afs", "afs", 0x5346414F, "AFS" },
	{ "kafs", "afs", 0x6B414653, "AFS" },
	{ "9p", "9p", 0x01021997, "9p" },
	{ "lustre", "lustre", 0x0BD00BD0, "Lustre" },
	{ "gfs2", "gfs2", 0x01161970, "GFS2" },
	{ "ocfs2", "ocfs2", 0x7461636F, "OCFS2" },
	{ "beegfs", "beegfs", 0x19830326, "BeeGFS" },
	{ "sshfs", "fuse.sshfs", 0x65735546, "FUSE (fuse.sshfs)" },
	{ "FUSE, no name", NULL, 0x65735546, "FUSE" },
	{ "virtiofs", "virtiofs", 0x65735546, "FUSE (virtiofs)" },
	{ "unknown", "newfs", 0x12345678, "not known to be local (newfs, type 0x12345678)" },
};
TEST_ROWS(mount_local_or_refused, magics)
{
	struct err err = ERR_INIT;

	if (row->says)
		ASSERT_ERR(mount_check_local(row->magic, row->type, &err), ERR_UNSUPPORTED,
		           row->says);
	else
		ASSERT_OK(mount_check_local(row->magic, row->type, &err));
	if (row->says)
		ck_assert(strstr(err.msg, "KTSTR_SIDECAR_DIR"));
}

static const char mountinfo[] =
	"21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
	"210 21 0:50 / /tmp/a\\040b rw shared:2 master:1 - btrfs /dev/sdb rw,subvol=/x\n"
	"31 21 0:60 / /proc rw\n"
	"garbage\n"
	"32 21 x:1 / /y rw - ext4 d rw\n"
	"33 21 0:61 / /z rw - \n"
	"34 21 0:62 / /trunc rw - tmpfs";

static const struct {
	const char *label, *type;
	uint64_t id;
	uint32_t major, minor;
} mounts[] = {
	{ "first", "ext4", 21, 8, 1 },    { "whole numbers", "btrfs", 210, 0, 50 },
	{ "no type", NULL, 31, 0, 0 },    { "bad device", NULL, 32, 0, 0 },
	{ "empty type", NULL, 33, 0, 0 }, { "line end missing", "tmpfs", 34, 0, 62 },
	{ "not there", NULL, 2, 0, 0 },
};
TEST_ROWS(mount_parse_line, mounts)
{
	CLEANUP(mount_done) struct mount m = { 0 };

	ck_assert_int_eq(mount_parse(mountinfo, row->id, &m), row->type != NULL);
	ck_assert_pstr_eq(m.type, row->type);
	ck_assert_uint_eq(m.major, row->major);
	ck_assert_uint_eq(m.minor, row->minor);
}

TEST(mount_of_proc_is_proc)
{
	CLEANUP(mount_done) struct mount m = { 0 };
	struct err err = ERR_INIT;

	ASSERT_OK(mount_of_path("/proc/self/nonexistent/below", &m, &err));
	ck_assert_str_eq(m.type, "proc");
	ASSERT_ERR(mount_check_path("/proc/x/y", &err), ERR_UNSUPPORTED, "(proc, type 0x9fa0)");
}
