/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files. Functions taking `dirfd` resolve a relative path against it (AT_FDCWD for the working
 * directory), so that reads of /proc and /sys can be pointed at a captured tree: pass the
 * descriptor of the tree's root and a path without a leading slash.
 */
#ifndef BASE_FS_H
#define BASE_FS_H

#include <fcntl.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/strbuf.h"
#include "base/strv.h"

/* The whole file appended to *out; ERR_LIMIT when longer than max_bytes. A missing file is
 * ERR_NOT_FOUND. Works on /proc and /sys (size 0). */
int fs_read(int dirfd, const char *path, size_t max_bytes, struct strbuf *out, struct err *err)
	MUST_CHECK;
/* One line, without its end and surrounding white space; NULL when the file cannot be read or is
 * longer than 64 KiB. The caller frees. */
char *fs_read_line(int dirfd, const char *path);
/* fs_read_line() as a whole unsigned number; false when absent or not one. */
bool fs_read_u64(int dirfd, const char *path, uint64_t *out);
/* One write(2) of the text to an existing file (sysfs, cgroupfs), which holds nothing else then. */
int fs_write(int dirfd, const char *path, const char *text, struct err *err) MUST_CHECK;
/* Whole or not at all, durable: a temporary file in the same directory, fsync, rename over `path`,
 * fsync of the directory. The temporary's name starts with ".tmp-"; it is unlinked on any failure.
 */
int fs_write_atomic(int dirfd, const char *path, const void *data, size_t n, mode_t mode,
                    struct err *err) MUST_CHECK;
/* The two halves of it, for a caller that must do something in between: fs_stage() writes and syncs
 * the temporary (replacing what a killed writer left under that name), fs_commit() renames it and
 * syncs the directory, which both names share. On failure the temporary is unlinked. */
int fs_stage(int dirfd, const char *temp, const void *data, size_t n, mode_t mode, struct err *err)
	MUST_CHECK;
int fs_commit(int dirfd, const char *temp, const char *path, struct err *err) MUST_CHECK;
/* mkdir -p, mode 0777 less umask; an existing directory is success. */
int fs_mkdir_p(int dirfd, const char *path, struct err *err) MUST_CHECK;
/* Removes a file or a tree, never following a symbolic link; absent is success. */
int fs_remove_tree(int dirfd, const char *path, struct err *err) MUST_CHECK;
/* Names in a directory but "." and "..", in strcmp order. */
int fs_list(int dirfd, const char *path, struct strv *names, struct err *err) MUST_CHECK;
bool fs_exists(int dirfd, const char *path);
bool fs_is_dir(int dirfd, const char *path);
/* Copies with reflink or copy_file_range where the file system can; whole or not at all, as
 * fs_write_atomic(). */
int fs_copy(const char *from, const char *to, mode_t mode, struct err *err) MUST_CHECK;
/* "dir/name"; the caller frees. */
char *fs_join(const char *dir, const char *name);
/* The last component, borrowed. */
const char *fs_basename(const char *path);
/* $XDG_CACHE_HOME/ktstr, else ~/.cache/ktstr; the caller frees. */
int fs_cache_dir(char **out, struct err *err) MUST_CHECK;
/* An executable on $PATH (or itself when it holds a slash); NULL when there is none. Caller frees.
 */
char *fs_which(const char *name);
/* 64 hex digits of a file's SHA-256; out[65]. */
int fs_sha256(int dirfd, const char *path, char *out, struct err *err) MUST_CHECK;
/* The same of memory. */
void mem_sha256(const void *data, size_t n, char *out);

#endif
