/* SPDX-License-Identifier: GPL-2.0-only */
#include <ctype.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/variable.h"
#include "sidecar/claim.h"
#include "sidecar/clear.h"
#include "sidecar/commit.h"
#include "sidecar/kernel_slot.h"
#include "sidecar/lock.h"
#include "sidecar/mount.h"
#include "sidecar/rundir.h"

#define TEMP            ".tmp-sidecar" /* one name is enough: a writer holds the lock */
#define TEMP_PREFIX     ".tmp-"
#define LOCK_TIMEOUT_NS (30 * NS_PER_SEC)
#define STALE_S         600 /* no write takes so long: an older temporary is a killed writer's */
#define RUN_ID_MAX      100
#define POLL_NS         (100 * NS_PER_MS)

struct rundir {
	char *path; /* for messages */
	char *key, *run_id, *kernel_version, *commit, *warning;
	char *apart; /* in the key in place of the commit; NULL: none */
	bool keep, add;
	size_t replaces; /* earlier results, which the first write removes */
	uint64_t lock_timeout_ns;
	int root_fd;  /* the runs root; with KTSTR_SIDECAR_DIR: the directory itself */
	int locks_fd; /* {root}/.locks; with KTSTR_SIDECAR_DIR: -1 */
	struct claim claim;
	atomic_bool ready; /* our invocation has cleared it; with KTSTR_SIDECAR_DIR: swept it */
};

char *rundir_root(void)
{
	const char *target = variable_get(VAR_KTSTR_TARGET_DIR);

	if (!target)
		target = variable_get(VAR_CARGO_TARGET_DIR);
	return fs_join(target ? target : "target", "ktstr");
}

const char *rundir_override(void)
{
	return variable_get(VAR_KTSTR_SIDECAR_DIR);
}

const char *rundir_run_source(void)
{
	return variable_get(VAR_KTSTR_CI) ? "ci" : "local";
}

/* In place: replaces a leading dot, and characters that a file name should not have, by "_". */
static char *name_safe(char *s)
{
	for (char *c = s; *c; c++)
		if (!isascii((unsigned char)*c) ||
		    (!isalnum((unsigned char)*c) && !strchr("._+~@-", *c)))
			*c = '_';
	if (*s == '.')
		*s = '_';
	return s;
}

static char *new_run_id(void)
{
	_cleanup_free_ char *utc = clock_format_utc(time(NULL));
	_cleanup_strbuf_ struct strbuf id = STRBUF_INIT;
	uint32_t tag = 0;

	for (const char *c = utc; *c; c++)
		if (*c != '-' && *c != ':')
			strbuf_addc(&id, *c);
	if (getrandom(&tag, sizeof(tag), 0) != sizeof(tag))
		tag = (uint32_t)clock_mono_ns() ^ (uint32_t)getpid();
	strbuf_addf(&id, "-%08x", tag);
	return strbuf_steal(&id);
}

char *rundir_run_id(void)
{
	const char *given = variable_get(VAR_KTSTR_RUN_ID);
	char *id;

	if (given)
		return name_safe(xstrndup(given, RUN_ID_MAX));
	id = new_run_id();
	variable_set(VAR_KTSTR_RUN_ID, id);
	return id;
}

char *rundir_key(const char *kernel_version, const char *project_commit)
{
	return name_safe(xasprintf("%.100s-%.100s",
	                           kernel_version && *kernel_version ? kernel_version : "unknown",
	                           project_commit ? project_commit : "unknown"));
}

const char *rundir_path(const struct rundir *rd)
{
	return rd->path;
}

const char *rundir_kernel_version(const struct rundir *rd)
{
	return rd->kernel_version;
}

const char *rundir_project_commit(const struct rundir *rd)
{
	return rd->commit;
}

const char *rundir_warning(const struct rundir *rd)
{
	return rd->warning;
}

size_t rundir_replaces(const struct rundir *rd)
{
	return rd->replaces;
}

void rundir_close(struct rundir **rdp)
{
	struct rundir *rd = steal_ptr(rdp);

	if (!rd)
		return;
	claim_done(&rd->claim);
	cleanup_close(&rd->locks_fd);
	cleanup_close(&rd->root_fd);
	free(rd->path);
	free(rd->key);
	free(rd->run_id);
	free(rd->kernel_version);
	free(rd->commit);
	free(rd->apart);
	free(rd->warning);
	free(rd);
}

static int open_dir(int dirfd, const char *path, struct err *err)
{
	int fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(err, errno, "%s", path);
	if (faccessat(dirfd, path, W_OK | X_OK, AT_EACCESS) < 0) {
		int errnum = errno;

		close(fd);
		return err_sys(err, errnum, "%s: cannot be written to", path);
	}
	return fd;
}

static int lock_key(const struct rundir *rd, int *out, struct err *err)
{
	_cleanup_free_ char *name = xasprintf("%s.lock", rd->key);
	_cleanup_free_ char *what = xasprintf("run directory %s", rd->path);
	_cleanup_close_ int fd = lock_open(rd->locks_fd, name, err);

	if (fd < 0)
		return fd;
	if (lock_take(fd, LOCK_EX, deadline_in(rd->lock_timeout_ns), what, err) < 0)
		return -(int)err->code;
	*out = steal_fd(&fd);
	return 0;
}

static int claim_once(struct rundir *rd, struct err *err)
{
	_cleanup_close_ int lock = -1;

	if (lock_key(rd, &lock, err) < 0)
		return -(int)err->code;
	return claim_take(rd->locks_fd, rd->key, rd->run_id, &rd->claim, err);
}

/* Tries again until the other invocation has ended or the deadline has passed. It polls, because
 * the only sign of the end is that the last of the invocation's processes releases its lock. */
static int claim_wait(struct rundir *rd, uint64_t wait_ns, struct err *err)
{
	uint64_t deadline = deadline_in(wait_ns);
	int rc;

	while ((rc = claim_once(rd, err)) == -ERR_BUSY && wait_ns && clock_mono_ns() < deadline) {
		struct timespec ts = { .tv_nsec = POLL_NS };

		nanosleep(&ts, NULL);
		err_clear(err);
	}
	if (rc == -ERR_BUSY)
		return err_wrap(err, "run directory %s", rd->path);
	return rc;
}

static void warn_no_commit(struct rundir *rd, const char *why)
{
	if (!rd->claim.first)
		return;
	if (rd->apart) {
		rd->warning =
			xasprintf("%s: the commit is not known, so this run has a directory of "
		                  "its own, %s",
		                  why, rd->path);
		return;
	}
	rd->warning = xasprintf(
		"%s: all such runs on this kernel share %s, and each removes the results of the "
		"one before; run inside a git repository, or give this run a directory of its own "
		"(KTSTR_SIDECAR_DIR)",
		why, rd->path);
}

static int open_root(struct rundir *rd, const char *root, struct err *err)
{
	if (mount_check_path(root, err) < 0 || fs_mkdir_p(AT_FDCWD, root, err) < 0)
		return -(int)err->code;
	rd->root_fd = open_dir(AT_FDCWD, root, err);
	if (rd->root_fd < 0)
		return rd->root_fd;
	if (fs_mkdir_p(rd->root_fd, ".locks", err) < 0)
		return err_wrap(err, "%s", root);
	rd->locks_fd = open_dir(rd->root_fd, ".locks", err);
	return rd->locks_fd < 0 ? err_wrap(err, "%s", root) : 0;
}

static int check_writable(const struct rundir *rd, struct err *err)
{
	if (faccessat(rd->root_fd, rd->key, W_OK | X_OK, AT_EACCESS) < 0 && errno != ENOENT)
		return err_sys(err, errno, "%s: cannot be written to", rd->path);
	return 0;
}

static void set_key(struct rundir *rd, const char *root)
{
	free(rd->key);
	free(rd->path);
	rd->key = rundir_key(rd->kernel_version, rd->apart ? rd->apart : rd->commit);
	rd->path = fs_join(root, rd->key);
}

/* If the directory has results of another image: takes the one of this image. True: it did. */
static bool step_aside(struct rundir *rd, const struct rundir_opts *o, const char *root)
{
	char *label;

	if (!o->kernel_image || strchr(rd->kernel_version ? rd->kernel_version : "@", '@') ||
	    !clear_would_lose(rd->root_fd, rd->key, o->kernel_image))
		return false;
	label = sidecar_label(rd->kernel_version, o->kernel_image);
	free(rd->kernel_version);
	rd->kernel_version = label;
	set_key(rd, root);
	return true;
}

static int claim_key(struct rundir *rd, const struct rundir_opts *o, struct err *err)
{
	if (check_writable(rd, err) < 0)
		return err_wrap(err, "runs");
	return claim_wait(rd, o->wait_ns, err);
}

static int open_keyed(struct rundir *rd, const struct rundir_opts *o, const char *no_commit,
                      struct err *err)
{
	_cleanup_free_ char *root = rundir_root();

	if (open_root(rd, root, err) < 0)
		return err_wrap(err, "runs");
	set_key(rd, root);
	step_aside(rd, o, root);
	if (claim_key(rd, o, err) < 0)
		return -(int)err->code;
	if (step_aside(rd, o, root)) { /* the invocation it waited for wrote them */
		claim_done(&rd->claim);
		if (claim_key(rd, o, err) < 0)
			return -(int)err->code;
	}
	if (rd->claim.first && !rd->keep && !rd->add)
		rd->replaces = clear_count(rd->root_fd, rd->key);
	if (!rd->commit)
		warn_no_commit(rd, no_commit);
	return 0;
}

static int open_override(struct rundir *rd, const char *dir, const char *named_by, struct err *err)
{
	rd->path = xstrdup(dir);
	if (fs_mkdir_p(AT_FDCWD, dir, err) < 0)
		return err_wrap(err, "%s", named_by);
	rd->root_fd = open_dir(AT_FDCWD, dir, err);
	return rd->root_fd < 0 ? err_wrap(err, "%s", named_by) : 0;
}

/* An unknown commit never stops a run. Where there is a repository that cannot be read, runs are kept
 * apart: they may be of different commits. */
static void find_commit(struct rundir *rd, struct err *why)
{
	if (commit_of(".", true, &rd->commit, why) == 0)
		err_set(why, ERR_NOT_FOUND, "not inside a git repository with a commit");
	else
		rd->apart = xasprintf("unknown-%s", rd->run_id);
}

/* A value that means nothing here would cost the history that its user asked for. */
static int take_history(struct rundir *rd, struct err *err)
{
	const char *history = variable_get(VAR_KTSTR_HISTORY);

	if (history && !streq(history, "keep"))
		return err_set(err, ERR_USAGE,
		               "KTSTR_HISTORY=%s: only \"keep\" is known; unset it to have earlier "
		               "results removed",
		               history);
	rd->keep |= history != NULL;
	return 0;
}

int rundir_open(const struct rundir_opts *o, struct rundir **out, struct err *err)
{
	struct rundir *rd = xcalloc(1, sizeof(*rd));
	const char *dir = o->dir ? o->dir : rundir_override();
	struct err why = ERR_INIT;
	int rc;

	rd->root_fd = rd->locks_fd = -1;
	rd->claim = (struct claim)CLAIM_INIT;
	rd->run_id = o->run_id ? name_safe(xstrndup(o->run_id, RUN_ID_MAX)) : rundir_run_id();
	rd->keep = o->keep;
	rd->add = o->add;
	rd->lock_timeout_ns = o->lock_timeout_ns ? o->lock_timeout_ns : LOCK_TIMEOUT_NS;
	rd->kernel_version = o->kernel_version ? xstrdup(o->kernel_version) : kernel_slot_of_env();
	find_commit(rd, &why);
	rc = take_history(rd, err);
	if (rc == 0 && dir)
		rc = open_override(rd, dir, o->dir ? "run directory" : "KTSTR_SIDECAR_DIR", err);
	else if (rc == 0)
		rc = open_keyed(rd, o, why.msg, err);
	if (rc < 0) {
		rundir_close(&rd);
		return rc;
	}
	*out = rd;
	return 0;
}

static char *history_of(const struct rundir *rd, const struct claim_token *t)
{
	struct stat st;
	_cleanup_free_ char *id = NULL;

	if (!rd->keep)
		return NULL;
	if (t->previous)
		id = xstrdup(t->previous);
	else if (fstatat(rd->root_fd, rd->key, &st, 0) == 0)
		id = clock_format_utc(st.st_mtime);
	return xasprintf(".history/%s@%s", rd->key, id ? name_safe(id) : "unknown");
}

/* Called before the invocation's first write, with the lock held. */
static int clear_once(struct rundir *rd, struct err *err)
{
	_cleanup_free_ char *history = NULL;
	struct claim_token t;
	int rc = 0;

	json_init(&claim_token_table, &t);
	claim_read(rd->locks_fd, rd->key, &t);
	if (!streq_null(t.run_id, rd->run_id))
		rc = err_set(err, ERR_BUSY, "run directory %s was claimed by invocation %s",
		             rd->path, t.run_id ? t.run_id : "unknown");
	if (rc == 0 && !t.cleared) {
		history = history_of(rd, &t);
		rc = rd->add ? 0 : clear_run(rd->root_fd, rd->key, history, err);
		if (rc == 0)
			rc = claim_set_cleared(rd->locks_fd, rd->key, &t, err);
	}
	json_done(&claim_token_table, &t);
	if (rc == 0)
		atomic_store(&rd->ready, true);
	return rc;
}

/* Writes the new file to disk before it removes anything: a full disk costs no results. */
static int put_keyed(struct rundir *rd, const char *name, const void *data, size_t n,
                     struct err *err)
{
	_cleanup_close_ int lock = -1, fd = -1;

	if (lock_key(rd, &lock, err) < 0)
		return -(int)err->code;
	if (mkdirat(rd->root_fd, rd->key, 0777) < 0 && errno != EEXIST)
		return err_sys(err, errno, "%s", rd->path);
	fd = openat(rd->root_fd, rd->key, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, errno, "%s", rd->path);
	if (fs_stage(fd, TEMP, data, n, 0666, err) < 0)
		return -(int)err->code;
	if (!atomic_load(&rd->ready) && clear_once(rd, err) < 0) {
		unlinkat(fd, TEMP, 0);
		return -(int)err->code;
	}
	return fs_commit(fd, TEMP, name, err);
}

/* Removes temporary files that killed writers left. There is no lock here, so age decides. */
static void sweep(int fd)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct err ignored = ERR_INIT;
	struct stat st;

	if (fs_list(fd, ".", &names, &ignored) < 0)
		return;
	strv_each (&names, i)
		if (starts_with(names.v[i], TEMP_PREFIX) &&
		    fstatat(fd, names.v[i], &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
		    st.st_mtime < time(NULL) - STALE_S)
			unlinkat(fd, names.v[i], 0);
}

static int put(struct rundir *rd, const char *name, const void *data, size_t n, struct err *err)
{
	int rc;

	if (rd->locks_fd >= 0) {
		rc = put_keyed(rd, name, data, n, err);
	} else {
		if (!atomic_exchange(&rd->ready, true))
			sweep(rd->root_fd);
		rc = fs_write_atomic(rd->root_fd, name, data, n, 0666, err);
	}
	return rc < 0 ? err_wrap(err, "writing %s/%s", rd->path, name) : 0;
}

/* A sidecar that could not be read back is not written. */
static int check_readable(const char *text, struct err *err)
{
	struct sidecar back;
	int rc;

	json_init(&sidecar_table, &back);
	rc = json_decode(&sidecar_table, text, strlen(text), &back, err);
	json_done(&sidecar_table, &back);
	return rc < 0 ? err_wrap(err, "sidecar") : 0;
}

int rundir_write(struct rundir *rd, const struct sidecar *s, char **name, struct err *err)
{
	_cleanup_json_ struct json_object *o = json_encode(&sidecar_table, s);
	_cleanup_free_ char *file = NULL;
	_cleanup_free_ char *text = NULL;

	text = json_text(o, true);
	if (check_readable(text, err) < 0)
		return -(int)err->code;
	file = sidecar_file_name(s);
	if (put(rd, file, text, strlen(text), err) < 0)
		return -(int)err->code;
	if (name)
		*name = steal_ptr(&file);
	return 0;
}

int rundir_write_artefact(struct rundir *rd, const struct sidecar *s, const char *suffix,
                          const void *data, size_t n, char **name, struct err *err)
{
	_cleanup_free_ char *stem = sidecar_stem(s);
	_cleanup_free_ char *file = xasprintf("%s.%s", stem, suffix);

	if (put(rd, file, data, n, err) < 0)
		return -(int)err->code;
	if (name)
		*name = steal_ptr(&file);
	return 0;
}
