/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "harness/cmds.h"
#include "harness/kernel/kernel.h"
#include "harness/scheduler_search.h"
#include "harness/suite_file.h"

#define FIRST_KERNEL "6.17" /* where the store has none */

static const char head[] =
	"# What this project tests. `harness test` without options does what it says, here and in\n"
	"# the folders below; `harness test --dry-run` prints the tests. Each option of the "
	"command\n"
	"# line replaces the key of the same meaning.\n"
	"\n"
	"# A version or prefix, a range of series (6.16..7.0), an image, or a source tree "
	"(../linux).\n"
	"kernels: [%s]\n"
	"\n"
	"# smoke: a minute or two; default: all that a change should pass; soak: all.\n"
	"level: smoke\n"
	"\n"
	"# real, virtual (bit-identical on every run), or auto: real where KVM works. May be a "
	"list.\n"
	"# clock: virtual\n"
	"\n"
	"# Names or patterns of the catalogue (`harness list`), or files of your own.\n"
	"# scenarios: [\"cgroup_*\", ./my_scenario.yaml]\n"
	"\n"
	"# Instead of each scenario's own.\n"
	"# topologies: [1n2l2c1t]\n"
	"# duration: 2s\n"
	"# repeat: 3    # 10 is enough for a comparison\n"
	"# memory: 1G\n"
	"\n"
	"# Limits in place of the defaults (`harness show-thresholds cgroup_steady`).\n"
	"# checks: { max_gap_ms: 500 }\n"
	"\n"
	"schedulers:\n"
	"  # The kernel's own, to compare with.\n"
	"  - name: eevdf\n";

static const char example[] =
	"  # A scheduler of yours:\n"
	"  # - name: mine                       # its label in the results\n"
	"  #   object: build/mine.bpf.o\n"
	"  #   set: { slice_ns: 5000000 }       # variables of the object\n"
	"  #   ops: { timeout_ms: 5000 }        # fields of its sched_ext_ops\n"
	"  #   maps: { queue: 1024 }            # sizes of maps\n"
	"  #   kernels: [6.12, 6.16..]          # that it supports\n"
	"  #   topology: 1n2l4c1t\n"
	"  #   checks: { max_gap_ms: 200 }\n"
	"  #   flags:                           # each valid set of them is tested\n"
	"  #     - { name: llc, set: { llc_aware: true } }\n"
	"  #     - { name: steal, set: { steal: true }, requires: llc }\n"
	"  #   flag_sets: pairwise              # fewer: any two flags together, in each way\n";

/* The series of the newest kernel in the store that can run sched_ext. The caller frees. */
static char *newest_kernel(void)
{
	struct err ignored = ERR_INIT;
	struct kernels ks = { 0 };
	char *version = NULL;

	if (kernel_list(&ks, &ignored) < 0)
		return xstrdup(FIRST_KERNEL);
	for (size_t i = 0; i < ks.n && !version; i++)
		if (ks.v[i].sched_ext != 0 && kernel_span_check(ks.v[i].version, &ignored) == 0)
			version = xstrdup(ks.v[i].version);
	kernels_done(&ks);
	return version ? version : xstrdup(FIRST_KERNEL);
}

/* A label for a file: its name without suffix; what a label cannot hold becomes '-'. A second one of that
 * name gets a number. */
static void add_label(struct strv *labels, const char *path)
{
	const char *base = fs_basename(path);
	size_t n = strlen(base) - (ends_with(base, ".bpf.o") ? strlen(".bpf.o") : 0);
	_cleanup_free_ char *name = xstrndup(base, n < SUITE_NAME_MAX - 4 ? n : SUITE_NAME_MAX - 4);
	unsigned int count = 1;

	for (char *c = name; *c; c++)
		if (!strchr(SUITE_NAME_CHARS, *c))
			*c = '-';
	if (!strv_has(labels, name)) {
		strv_add(labels, name);
		return;
	}
	for (;;) {
		_cleanup_free_ char *numbered = xasprintf("%s-%u", name, ++count);

		if (!strv_has(labels, numbered)) {
			strv_add(labels, numbered);
			return;
		}
	}
}

/* A YAML string in double quotes. */
static void add_quoted(struct strbuf *b, const char *text)
{
	strbuf_addc(b, '"');
	for (; *text; text++)
		if ((unsigned char)*text < ' ')
			strbuf_addf(b, "\\x%02x", (unsigned char)*text);
		else
			strbuf_addf(b, "%s%c", *text == '"' || *text == '\\' ? "\\" : "", *text);
	strbuf_addc(b, '"');
}

static void add_found(struct strbuf *b, const struct strv *paths, const char *key,
                      const char *margin, struct strv *labels)
{
	strv_each (paths, i) {
		add_label(labels, paths->v[i]);
		strbuf_addf(b, "%s- name: %s\n%s  %s: ", margin, labels->v[labels->n - 1], margin,
		            key);
		_cleanup_free_ char *path = xasprintf("./%s", paths->v[i]);

		add_quoted(b, path);
		strbuf_addc(b, '\n');
	}
}

static void make_text(const struct scheduler_search *found, struct strbuf *b)
{
	_cleanup_free_ char *kernel = newest_kernel();
	_cleanup_strv_ struct strv labels = STRV_INIT;

	strv_add(&labels, "eevdf");
	strbuf_addf(b, head, kernel);
	if (found->objects.n)
		strbuf_adds(b, "  # The objects of this folder that hold a scheduler.\n");
	add_found(b, &found->objects, "object", "  ", &labels);
	strbuf_adds(b, example);
	if (found->executables.n)
		strbuf_adds(b, "  # The executables of this folder that look like schedulers.\n");
	add_found(b, &found->executables, "exec", "  # ", &labels);
}

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static int write_file(struct err *err)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	struct scheduler_search found;
	int r;

	if (fs_exists(AT_FDCWD, SUITE_FILE_NAME))
		return err_set(err, ERR_USAGE, SUITE_FILE_NAME " is there already");
	scheduler_search(".", &found);
	make_text(&found, &text);
	r = fs_write_atomic(AT_FDCWD, SUITE_FILE_NAME, text.s, text.n, 0666, err);
	if (r == 0)
		printf("wrote " SUITE_FILE_NAME
		       " with %zu object%s and, as comments, %zu executable%s%s\n"
		       "harness test --dry-run prints the tests it asks for\n",
		       found.objects.n, plural(found.objects.n), found.executables.n,
		       plural(found.executables.n), found.cut ? "; there are more" : "");
	scheduler_search_done(&found);
	return r;
}

static int run(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	const struct poptOption table[] = { POPT_TABLEEND };
	int r = cmd_parse(self, table, argc, argv, NULL, err);

	return r == CMD_RUN ? write_file(err) : r;
}

const struct cmd cmd_init = {
	.name = "init",
	.summary = "write a commented " SUITE_FILE_NAME ", the suite file, for this folder",
	.usage = "",
	.details =
		"Lists the BPF objects and executables of this folder and those below that look\n"
		"like schedulers. An existing file is not replaced.",
	.run = run,
};
