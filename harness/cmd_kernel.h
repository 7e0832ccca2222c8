/* SPDX-License-Identifier: GPL-2.0-only */
/* What the sub-commands of `harness kernel` share. */
#ifndef HARNESS_CMD_KERNEL_H
#define HARNESS_CMD_KERNEL_H

#include "base/cmd.h"
#include "harness/kernel/kernel.h"

/* What kernel_build() and kernel_resolve() want of the command line: the path of the options that
 * every kernel needs (NULL without the program's files; caller frees), and a line on stderr. */
char *cmd_kernel_fragment(void);
void cmd_kernel_note(const char *line);

/* Finds a kernel for a command that never downloads one. */
int cmd_kernel_of_store(const char *spec, struct kernel *out, struct err *err) MUST_CHECK;

/* "yes", "no", "?" */
const char *cmd_kernel_yes_no(int8_t tri);
/* The entry with its name, folder and size; the caller puts it. */
struct json_object *cmd_kernel_json(const struct kernel *k);
/* One line about an entry, or its JSON. */
void cmd_kernel_say(const struct kernel *k, const char *done, bool json);

extern const struct cmd cmd_kernel_build, cmd_kernel_list;

#endif
