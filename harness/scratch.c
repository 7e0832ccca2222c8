/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/variable.h"

#define REMOVE_TRIES 100
#define REMOVE_MS    20

/* A process that was killed may still be finishing a file: the next try removes it. */
static void remove_folder(const char *path)
{
	for (int i = 0; i < REMOVE_TRIES; i++) {
		struct err err = ERR_INIT;

		if (fs_remove_tree(AT_FDCWD, path, &err) == 0)
			return;
		poll(NULL, 0, REMOVE_MS);
	}
}

/* Keeps no descriptor of ours but the pipe: whoever reads our output must see its end. */
static void keep_only(int fd)
{
	if (fd)
		close_range(0, (unsigned int)fd - 1, 0);
	close_range((unsigned int)fd + 1, ~0u, 0);
}

static NORETURN void guard(int fd, const char *path)
{
	static const int ignored[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE };
	pid_t runs = 0, next;

	setsid(); /* the terminal's signals are not for us */
	for (size_t i = 0; i < ARRAY_SIZE(ignored); i++)
		signal(ignored[i], SIG_IGN);
	keep_only(fd);
	for (;;) {
		ssize_t n = read(fd, &next, sizeof(next));

		if (n == (ssize_t)sizeof(next))
			runs = next;
		else if (n >= 0 || errno != EINTR)
			break;
	}
	if (runs > 0)
		kill(-runs, SIGKILL);
	remove_folder(path);
	_exit(0);
}

static int start_guard(struct scratch *s, struct err *err)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return err_sys(err, errno, "pipe");
	s->guard = fork();
	if (s->guard == 0) {
		close(fds[1]);
		guard(fds[0], s->path);
	}
	close(fds[0]);
	s->fd = fds[1];
	if (s->guard < 0) {
		s->guard = 0;
		return err_sys(err, errno, "fork");
	}
	return 0;
}

int scratch_new(const char *what, const char *dir, struct scratch *out, struct err *err)
{
	const char *tmp = dir ? dir : variable_get(VAR_TMPDIR);
	_cleanup_free_ char *real = realpath(tmp ? tmp : "/tmp", NULL);
	struct scratch s = SCRATCH_NONE;

	if (!real)
		return err_path(err, errno, tmp ? tmp : "/tmp");
	s.path = xasprintf("%s/ktstr-%s-XXXXXX", real, what);
	if (!mkdtemp(s.path)) {
		err_path(err, errno, s.path);
		free(s.path);
		return -(int)err->code;
	}
	if (start_guard(&s, err) < 0) {
		remove_folder(s.path);
		scratch_done(&s);
		return -(int)err->code;
	}
	*out = s;
	return 0;
}

void scratch_idle(const struct scratch *s)
{
	pid_t none = 0;

	if (s->fd >= 0 && write(s->fd, &none, sizeof(none)) < 0)
		return; /* the guard is gone: nobody removes the folder */
}

void scratch_done(struct scratch *s)
{
	if (!s)
		return;
	cleanup_close(&s->fd);
	while (s->guard > 0 && waitpid(s->guard, NULL, 0) < 0 && errno == EINTR)
		;
	free(s->path);
	*s = (struct scratch)SCRATCH_NONE;
}
