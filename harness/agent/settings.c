/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/settings.h"

#include <fcntl.h>

#include "base/fs.h"
#include "base/hardening.h"
#include "base/mem.h"
#include "harness/agent/procstat.h"

#define LOCKDOWN        "sys/kernel/security/lockdown"
#define VULNERABILITIES "sys/devices/system/cpu/vulnerabilities"

/* "proc/sys/kernel/kptr_restrict" of "kernel.kptr_restrict=2". The caller frees. */
static char *path_of(const char *sysctl)
{
	char *path = xasprintf("proc/sys/%.*s", (int)strcspn(sysctl, "="), sysctl);

	if (!strchr(sysctl, '/') || strchr(sysctl, '/') > strchr(sysctl, '='))
		for (char *c = path; *c; c++)
			*c = *c == '.' ? '/' : *c;
	return path;
}

/* A leading '-': a kernel that does not have it is fine. */
static int set_sysctl(const struct agent *a, const char *text, struct err *err)
{
	bool optional = *text == '-';
	_cleanup_free_ char *path = path_of(text + optional);

	if (optional && !fs_exists(a->root_fd, path))
		return 0;
	if (fs_write(a->root_fd, path, strchr(text, '=') + 1, err) < 0)
		return err_wrap(err, "sysctl %s", text + optional);
	return 0;
}

int settings_apply(struct agent *a, struct err *err)
{
	if (a->job.lockdown && fs_write(a->root_fd, LOCKDOWN, a->job.lockdown, err) < 0)
		return err_wrap(err, "lockdown");
	strv_each (&a->job.sysctls, i) {
		if (set_sysctl(a, a->job.sysctls.v[i], err) < 0)
			return -(int)err->code;
	}
	return 0;
}

static void read_back(const struct agent *a, struct strv *out)
{
	strv_each (&a->job.sysctls, i) {
		const char *text = a->job.sysctls.v[i] + (a->job.sysctls.v[i][0] == '-');
		_cleanup_free_ char *path = path_of(text);
		_cleanup_free_ char *value = fs_read_line(a->root_fd, path);

		if (value)
			strv_addf(out, "%.*s=%s", (int)strcspn(text, "="), text, value);
	}
}

static void read_vulnerabilities(const struct agent *a, struct strmap *out)
{
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct err ignored = ERR_INIT;

	if (fs_list(a->root_fd, VULNERABILITIES, &names, &ignored) < 0)
		return;
	strv_each (&names, i) {
		_cleanup_free_ char *path = fs_join(VULNERABILITIES, names.v[i]);
		_cleanup_free_ char *line = fs_read_line(a->root_fd, path);

		if (line)
			strmap_set(out, names.v[i], line);
	}
}

void settings_read(struct agent *a)
{
	_cleanup_free_ char *cmdline = fs_read_line(a->root_fd, "proc/cmdline");
	struct wire_settings *s = &a->settings;

	json_done(&wire_settings_table, s);
	cmdline_split(cmdline ? cmdline : "", &s->kargs);
	hardening_read(a->root_fd, &s->hardening);
	read_vulnerabilities(a, &s->mitigations);
}

/* An executable, the scheduler or a command of `enable:`, may set anything. */
static bool may_have_changed(const struct job *job)
{
	return job->sysctls.n || job->lockdown || job->enable.n || job->schedulers.v[0].argv.n;
}

void settings_send(struct agent *a)
{
	if (may_have_changed(&a->job))
		settings_read(a);
	read_back(a, &a->settings.sysctls);
	agent_send(a, WIRE_SETTINGS, &a->settings);
}
