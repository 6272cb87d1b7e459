/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vz.h"

/* A configuration of the small kernel guest and a connection to its console. tests/guest makes the
 * guest itself. */
typedef struct {
  char *root; /* HOME, runtime directory and disks of this test */
  VzVirtualMachineConfiguration *configuration;
  VzVirtualMachine *machine;
  int console;
  GString *heard; /* everything printed on the console */
} Guest;

/* A kind of tests/guest/make-guest. NULL, with the test skipped, if the guest cannot be made. */
Guest *guest_new (const char *kind);
void guest_free (Guest *self);
void guest_remove (const char *root);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Guest, guest_free)

char *guest_add_disk (Guest *self, const char *name, const char *serial);
void guest_add_network (Guest *self, const char *mac, const char *published);
void guest_start (Guest *self); /* and connects */
void guest_start_and_wait (
  Guest *self); /* for its agent, which sets the clock, and comes up slightly later */
void guest_stop (Guest *self); /* by switching it off */
void guest_connect (Guest *self); /* to the console of a running machine */
/* Waits until the console has printed @text; returns what follows it on the line. */
char *guest_expect (Guest *self, const char *text);
void guest_say (Guest *self, const char *line);
/* Sends it and waits for the guest's "ok"; the output before that is in @heard. "error" is one. */
void guest_command (Guest *self, const char *line);
VzMachineIdentifier *guest_identifier (Guest *self);
/* The process that has the machine's lock. */
int guest_pid (Guest *self);

/* What the guest reports about itself: how far it has counted, and so on. */
typedef struct {
  guint64 count;
  guint64 round_trips; /* over a connection inside the guest, which must have survived */
  double clock; /* seconds since 1970 */
} GuestReport;
GuestReport guest_ask_report (Guest *self);

/* Runs the main context until @value, which a handler counts up, is at least @least. */
void guest_iterate_until (const guint *value, guint least);

/* Runs a program that makes what tests need, from VZ_TEST_MAKE_...; FALSE if it cannot. */
gboolean guest_run_maker (const char *const *argv);
void guest_share_clipboard (Guest *self); /* sets the console devices */
/* The text at the start of a disk image. */
char *guest_dup_image_text (const char *image);

char *guest_dup_save_path (Guest *self);
void guest_save (Guest *self, const char *path); /* of a paused machine, and stops it */
void guest_pause_and_save (Guest *self, const char *path);
void guest_make_again (Guest *self); /* the machine's object, as the next program would create it */
