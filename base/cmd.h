/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Commands of a program. A command is one file cmd_x.c, which defines one `const struct cmd`, and
 * one line in the program's list. Dispatch, help and the documentation page come from the list.
 * run() parses its options with a popt table on the stack that fills a local struct (no option
 * globals):
 *
 *	int rc = cmd_parse(self, table, argc, argv, NULL, err);
 *
 *	return rc == CMD_RUN ? act(&options, err) : rc;
 *
 * run() never prints its error: cmd_main() prints it, after the command's name.
 */
#ifndef BASE_CMD_H
#define BASE_CMD_H

#include <popt.h>

#include "base/err.h"
#include "base/strv.h"

enum exit_code {
	EXIT_OK = 0,
	EXIT_WORSE = 1, /* a test failed; a regression was found */
	EXIT_USAGE = 2, /* wrong usage, or nothing to compare */
	EXIT_INCONCLUSIVE = 3,
	EXIT_INFRA = 4, /* the VM, the kernel or the disk failed */
};

struct json_object;

struct cmd {
	const char *name;
	const char *summary; /* one line, lower case, no full stop */
	const char *usage;   /* what follows the name: "[OPTION…] PATH" */
	const char *details; /* further help after the options, or NULL */
	/* argv[0] is the full name, "harness kernel list". Returns the exit status, or CMD_HELP, or
	 * a negative number with the error in err. */
	int (*run)(const struct cmd *self, int argc, const char **argv, struct err *err);
};

struct cmd_program {
	const char *name;    /* "harness"; for a sub-program "harness kernel" */
	const char *summary; /* one line */
	const char *details; /* examples; or NULL */
	const struct cmd *const *cmds;
	size_t n;
	const struct cmd *fallback; /* run when no command is given; NULL: print help, exit 2 */
};

/* Handles `--help` and `--version`, or finds the command by its name and runs it. An unknown name
 * gets a suggestion and exit 2. Prints the command's error on stderr as "harness test: cause"; the
 * exit status is then 2 for ERR_USAGE and ERR_NOT_FOUND, else 4. At the end it checks that stdout
 * was really written (a full disk: exit 4). Restores the default action of SIGPIPE. */
int cmd_main(const struct cmd_program *p, int argc, const char **argv);

enum cmd_parsed {
	CMD_RUN,          /* the command goes on */
	CMD_HELP = 0x100, /* help was printed; run() returns this, which is no exit status */
};
/* Parses options into the popt table's targets. Remaining arguments go to `rest` (NULL: none are
 * allowed). The caller owns the strings and POPT_ARG_ARGV vectors that popt allocates; use
 * cmd_take_argv() for the vectors. Returns an enum cmd_parsed or -ERR_USAGE. An unknown option gets
 * a suggestion from the table. Every command has --help and --color. */
int cmd_parse(const struct cmd *self, const struct poptOption *table, int argc, const char **argv,
              struct strv *rest, struct err *err) MUST_CHECK;
/* Moves the result of a POPT_ARG_ARGV option into sv and frees the vector. */
void cmd_take_argv(char ***popt_argv, struct strv *sv);
/* Prints the object on stdout and puts it. */
void cmd_print_json(struct json_object *o);
/* Describes the commands instead of running them: calls `program` for the program and, in turn, `command`
 * for each of its commands, with the whole option table, or both for a command that is a program of its
 * own. The table is only valid during the call. Not for several threads. */
struct cmd_walker {
	void (*program)(void *arg, const struct cmd_program *p);
	void (*command)(void *arg, const struct cmd_program *p, const struct cmd *c,
	                const struct poptOption *table);
	void *arg;
};
void cmd_walk(const struct cmd_program *p, const struct cmd_walker *w);
/* The version of this build ("0.1.0"). */
const char *cmd_version(void);

#endif
