/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files. Functions that take `dirfd` resolve a relative path against it (AT_FDCWD: the working
 * directory). This lets tests point reads of /proc and /sys at a captured tree: pass the descriptor
 * of the tree's root and a path without a leading slash.
 */
#ifndef BASE_FS_H
#define BASE_FS_H

#include <fcntl.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/strbuf.h"
#include "base/strv.h"

/* Appends the whole file to *out; ERR_LIMIT when it is longer than max_bytes, ERR_NOT_FOUND when it
 * does not exist. Works on /proc and /sys, where a file's size is 0. */
int fs_read(int dirfd, const char *path, size_t max_bytes, struct strbuf *out, struct err *err)
	MUST_CHECK;
/* Opens a file that others may have put there. A FIFO, a device or a directory is ERR_FORMAT; it never
 * waits for one. `flags` is 0, or O_NOFOLLOW: then a symbolic link is ERR_FORMAT, too. The caller
 * closes the descriptor. */
int fs_open_regular(int dirfd, const char *path, int flags, struct stat *st, struct err *err)
	MUST_CHECK;
/* fs_read() of such a file. */
int fs_read_regular(int dirfd, const char *path, size_t max_bytes, struct strbuf *out,
                    struct err *err) MUST_CHECK;
/* The first line, without surrounding white space. NULL when the file cannot be read or is longer
 * than 64 KiB. The caller frees. */
char *fs_read_line(int dirfd, const char *path);
/* fs_read_line() as an unsigned whole number; false when there is none. */
bool fs_read_u64(int dirfd, const char *path, uint64_t *out);
/* Replaces the content of an existing file (sysfs, cgroupfs) with the text, in one write(2). */
int fs_write(int dirfd, const char *path, const char *text, struct err *err) MUST_CHECK;
/* Writes a file durably, whole or not at all: a temporary file in the same directory, fsync, rename
 * to `path`, fsync of the directory. The temporary's name starts with ".tmp-"; it is unlinked on
 * any failure. */
int fs_write_atomic(int dirfd, const char *path, const void *data, size_t n, mode_t mode,
                    struct err *err) MUST_CHECK;
/* The two halves of fs_write_atomic(), for a caller that must do something in between. fs_stage()
 * writes and syncs the temporary; it replaces one that a killed writer left. fs_commit() renames it
 * and syncs the directory; both names are in the same one. On failure the temporary is unlinked. */
int fs_stage(int dirfd, const char *temp, const void *data, size_t n, mode_t mode, struct err *err)
	MUST_CHECK;
int fs_commit(int dirfd, const char *temp, const char *path, struct err *err) MUST_CHECK;
/* mkdir -p with mode 0777 less the umask; an existing directory is success. */
int fs_mkdir_p(int dirfd, const char *path, struct err *err) MUST_CHECK;
/* Removes a file or a tree. Never follows a symbolic link. Success also if it does not exist. */
int fs_remove_tree(int dirfd, const char *path, struct err *err) MUST_CHECK;
/* The names in a directory without "." and "..", in strcmp order. */
int fs_list(int dirfd, const char *path, struct strv *names, struct err *err) MUST_CHECK;
bool fs_exists(int dirfd, const char *path);
bool fs_is_dir(int dirfd, const char *path);
/* Copies a file, whole or not at all, as fs_write_atomic(). Uses reflink or copy_file_range() where
 * the file system can. */
int fs_copy(const char *from, const char *to, mode_t mode, struct err *err) MUST_CHECK;
/* "dir/name"; the caller frees. */
char *fs_join(const char *dir, const char *name);
/* The last component of the path; borrowed. */
const char *fs_basename(const char *path);
/* $XDG_CACHE_HOME/ktstr, else ~/.cache/ktstr; the caller frees. */
int fs_cache_dir(char **out, struct err *err) MUST_CHECK;
/* The path of an executable on $PATH, or the name itself if it has a slash. NULL when there is
 * none. The caller frees. */
char *fs_which(const char *name);
#define SHA256_HEX 65 /* bytes of a hash as text: 64 hex digits and the end */
/* A file's SHA-256 as text; `out` has SHA256_HEX bytes. */
int fs_sha256(int dirfd, const char *path, char *out, struct err *err) MUST_CHECK;
/* The same for memory. */
void mem_sha256(const void *data, size_t n, char *out);

#endif
