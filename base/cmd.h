/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Commands of a program. A command is one cmd_x.c that defines one `const struct cmd` and one line
 * in the program's list; dispatch, help and the documentation page come from the list. run() fills
 * a local options struct through a popt table built on the stack (no option globals):
 *
 *	int rc = cmd_parse(self, table, argc, argv, NULL, err);
 *
 *	return rc == CMD_RUN ? act(&options, err) : rc;
 *
 * It never prints its error: cmd_main() does, after the command's name.
 */
#ifndef BASE_CMD_H
#define BASE_CMD_H

#include <popt.h>

#include "base/err.h"
#include "base/strv.h"

enum exit_code {
	EXIT_OK = 0,
	EXIT_WORSE = 1, /* a test failed; a regression was found */
	EXIT_USAGE = 2, /* usage; nothing to compare */
	EXIT_INCONCLUSIVE = 3,
	EXIT_INFRA = 4, /* VM, kernel, disk */
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
	const char *name;    /* "harness"; sub-programs join: "harness kernel" */
	const char *summary; /* one line */
	const char *details; /* examples; or NULL */
	const struct cmd *const *cmds;
	size_t n;
	const struct cmd *fallback; /* run when no command is given, or NULL: print help, exit 2 */
};

/* Parses `--help`, `--version`, the command's name (unknown: suggestion, exit 2), runs it. Prints
 * its error on stderr as "harness test: cause"; the exit status is then by kind: ERR_USAGE and
 * ERR_NOT_FOUND 2, the rest 4. Also checks at the end that stdout was really written (a full disk
 * is exit 4). Restores SIGPIPE's default. */
int cmd_main(const struct cmd_program *p, int argc, const char **argv);

enum cmd_parsed {
	CMD_RUN,          /* go on */
	CMD_HELP = 0x100, /* help was printed: run() returns this, which is no exit status */
};
/* Parses options into the popt table's targets; arguments that are left go to rest (NULL: none are
 * allowed). Strings and POPT_ARG_ARGV vectors popt allocates are owned by the caller; use
 * cmd_take_argv() for the latter. Returns enum cmd_parsed or a negative ERR_USAGE. Unknown options
 * get a suggestion from the table. Every command has --help and --color. */
int cmd_parse(const struct cmd *self, const struct poptOption *table, int argc, const char **argv,
              struct strv *rest, struct err *err) MUST_CHECK;
/* Moves a POPT_ARG_ARGV result into sv and frees it. */
void cmd_take_argv(char ***popt_argv, struct strv *sv);
/* Prints it on stdout, and puts it. */
void cmd_print_json(struct json_object *o);
/* The version string of the build ("0.1.0"). */
const char *cmd_version(void);

#endif
