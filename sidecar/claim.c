/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "sidecar/claim.h"
#include "sidecar/lock.h"

#define TOKEN_MAX (64u << 10)

#define F(name_, kind_, member_, flags_, doc_)                                                     \
	{                                                                                          \
		name_, kind_, offsetof(struct claim_token, member_), .flags = (flags_),            \
								     .doc = (doc_)                 \
	}
static const struct json_field token_fields[] = {
	F("run_id", JSON_STR, run_id, 0, "invocation the run directory belongs to"),
	F("pid", JSON_I64, pid, 0, "process that claimed it first"),
	F("start_ticks", JSON_U64, start_ticks, JSON_NULLABLE, "when that process started"),
	F("since", JSON_STR, since, 0, "when it was claimed, UTC"),
	F("cleared", JSON_BOOL, cleared, 0, "earlier sidecars have been removed"),
	F("previous", JSON_STR, previous, JSON_NULLABLE, "the invocation before this one"),
};
const struct json_table claim_token_table =
	JSON_TABLE("claim", struct claim_token, token_fields, "Who a run directory belongs to.");

static char *token_name(const char *key)
{
	return xasprintf("%s.json", key);
}

void claim_read(int locks_fd, const char *key, struct claim_token *out)
{
	_cleanup_free_ char *name = token_name(key);
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	struct err ignored = ERR_INIT;

	if (fs_read(locks_fd, name, TOKEN_MAX, &text, &ignored) == 0 &&
	    json_decode(&claim_token_table, text.s, text.n, out, &ignored) < 0)
		json_init(&claim_token_table, out);
}

/* The temporary file has a fixed name: the lock allows only one writer, and a file that a killed
 * writer left is replaced. */
static int token_write(int locks_fd, const char *key, const struct claim_token *t, struct err *err)
{
	_cleanup_json_ struct json_object *o = json_encode(&claim_token_table, t);
	_cleanup_free_ char *name = token_name(key);
	_cleanup_free_ char *temp = xasprintf(".tmp-%s", key);
	_cleanup_free_ char *text = json_text(o, true);

	if (fs_stage(locks_fd, temp, text, strlen(text), 0666, err) < 0 ||
	    fs_commit(locks_fd, temp, name, err) < 0)
		return err_wrap(err, "claiming the run directory");
	return 0;
}

int claim_set_cleared(int locks_fd, const char *key, struct claim_token *t, struct err *err)
{
	t->cleared = true;
	return token_write(locks_fd, key, t, err);
}

static uint64_t own_start_ticks(void)
{
	_cleanup_free_ char *line = fs_read_line(AT_FDCWD, "/proc/self/stat");
	const char *after = line ? strrchr(line, ')') : NULL;
	uint64_t ticks;

	/* field 2, the command, ends at the last ")"; the start time is field 22 */
	if (after && sscanf(after,
	                    ") %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s "
	                    "%*s %*s %*s %" SCNu64,
	                    &ticks) == 1)
		return ticks;
	return U64_NONE;
}

/* No process has the directory open. A token of this invocation is kept: its processes may run one
 * after another. Any other token is replaced. */
static int take_over(int locks_fd, const char *key, const char *run_id, bool *first,
                     struct err *err)
{
	struct claim_token old, new;
	int rc = 0;

	json_init(&claim_token_table, &old);
	json_init(&claim_token_table, &new);
	claim_read(locks_fd, key, &old);
	*first = !streq_null(old.run_id, run_id);
	if (*first) {
		new.run_id = xstrdup(run_id);
		new.pid = getpid();
		new.start_ticks = own_start_ticks();
		new.since = clock_format_utc(time(NULL));
		new.previous = xstrdup(old.cleared ? old.run_id : old.previous);
		rc = token_write(locks_fd, key, &new, err);
	}
	json_done(&claim_token_table, &old);
	json_done(&claim_token_table, &new);
	return rc;
}

static int join(int locks_fd, const char *key, const char *run_id, int live_fd, struct err *err)
{
	_cleanup_strbuf_ struct strbuf who = STRBUF_INIT;
	struct claim_token t;
	int rc = 0;

	json_init(&claim_token_table, &t);
	claim_read(locks_fd, key, &t);
	if (!streq_null(t.run_id, run_id)) {
		lock_describe_holders(live_fd, &who);
		rc = err_set(err, ERR_BUSY, "in use by another invocation, %s%s%s",
		             t.run_id ? t.run_id : "without an id", who.n ? ": " : "",
		             strbuf_cstr(&who));
	}
	json_done(&claim_token_table, &t);
	return rc;
}

int claim_take(int locks_fd, const char *key, const char *run_id, struct claim *out,
               struct err *err)
{
	_cleanup_free_ char *name = xasprintf("%s.run", key);
	_cleanup_close_ int fd = lock_open(locks_fd, name, err);
	bool first = false;
	int rc;

	if (fd < 0)
		return fd;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		rc = take_over(locks_fd, key, run_id, &first, err);
	else if (errno != EWOULDBLOCK)
		return err_sys(err, errno, "%s", name);
	else
		rc = join(locks_fd, key, run_id, fd, err);
	if (rc < 0)
		return rc;
	if (lock_take(fd, LOCK_SH, 0, name, err) < 0)
		return -(int)err->code;
	*out = (struct claim){ .live_fd = steal_fd(&fd), .first = first };
	return 0;
}

void claim_done(struct claim *c)
{
	if (c->live_fd >= 0)
		close(c->live_fd);
	*c = (struct claim)CLAIM_INIT;
}
