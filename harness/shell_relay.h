/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Between the user and the port of a guest (wire/port.h): passes descriptor 0 in and the guest's output
 * out to 1 and 2. A terminal is put in raw mode while the guest has it, and restored in every ending but
 * SIGKILL.
 */
#ifndef HARNESS_SHELL_RELAY_H
#define HARNESS_SHELL_RELAY_H

#include <stdatomic.h>
#include <termios.h>

#include "base/err.h"
#include "harness/wire/port.h"

#define SHELL_QUIT_KEY  0x1d
#define SHELL_QUIT_NAME "Ctrl-]"

struct shell_relay {
	struct port port;
	int bell;      /* the other end of the guest's serial port */
	int ended_fd;  /* readable once the VM has ended */
	int cancel_fd; /* eventfd: written to end the VM */
	int signal_fd;
	bool terminal; /* the guest's program has one, and so has the user */
	bool up;       /* the guest has made the port */
	bool in_ended;
	int ended_by; /* the signal that ended it; SIGINT for the quit key; 0: none */
	atomic_bool raw;
	struct termios saved;
};

/* From here on, signals only come through the relay. bell, ended_fd, cancel_fd are the caller's. */
int shell_relay_init(struct shell_relay *r, struct err *err) MUST_CHECK;
/* Passes on until the VM has ended, and then what is left. Fails if the user's side cannot be written
 * to. */
int shell_relay_run(struct shell_relay *r, struct err *err) MUST_CHECK;
/* A line on stderr, whatever mode the terminal is in. Any thread may call it. */
void shell_relay_say(const struct shell_relay *r, const char *text);
void shell_relay_done(struct shell_relay *r);

#endif
