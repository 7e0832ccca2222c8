/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Makes manual pages and completions of a program from its own commands and option tables:
 *
 *	describe man|bash|zsh|fish harness|stats >FILE
 *
 * A tool of the build; it is not installed.
 */
#ifndef MANUAL_H
#define MANUAL_H

#include "base/cmd.h"
#include "base/strbuf.h"

struct option_doc {
	char *name, *arg, *doc; /* arg NULL: it takes none */
	char letter;            /* 0: none */
};

struct command_doc {
	char *path; /* "harness kernel fetch"; for a program its name */
	const char *name, *summary, *usage, *details; /* usage NULL: a program */
	struct option_doc *options;
	size_t n_options;
};

/* The program and its commands, sub-programs among them, in the order of the help. */
struct description {
	const char *program;
	struct command_doc *v;
	size_t n;
};

void describe_program(const struct cmd_program *p, struct description *out);
void description_done(struct description *d);
#define _cleanup_description_ CLEANUP(description_done)
/* Whether a command is directly below a program: "harness kernel fetch" is below "harness kernel". */
bool describe_is_below(const struct command_doc *c, const struct command_doc *program);

void describe_man(const struct description *d, struct strbuf *out);
void describe_bash(const struct description *d, struct strbuf *out);
void describe_zsh(const struct description *d, struct strbuf *out);
void describe_fish(const struct description *d, struct strbuf *out);

#endif
