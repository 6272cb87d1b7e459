/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* The note beside a kernel lock that says which process holds it. The lock is authoritative; the
 * note only serves messages and finding the machine's sockets, and may be missing for a moment
 * after the lock is taken. Its first line is "<pid> <purpose>"; the others are "<key> <value>", of
 * which any may be missing. */
typedef struct {
  int pid; /* 0: unknown */
  guint64 start; /* of the process, see vz_proc_get_start(); 0: unknown */
  gint64 uid; /* -1: unknown */
  char *purpose; /* one word, such as "run" */
  char *program; /* its name */
  char *bundle; /* path of the bundle, as known to the holder */
  char *runtime_dir; /* of the machine, only while it runs */
  char *state_dir; /* the same */
  guint layout; /* of the machine's devices, 0: unknown; likewise */
} VzHolder;

VzHolder *vz_holder_new (int pid, const char *purpose);
void vz_holder_free (VzHolder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzHolder, vz_holder_free)

gboolean vz_holder_save (const VzHolder *self, int fd);
/* NULL if there is no note in @fd. */
VzHolder *vz_holder_load (int fd);
/* Whether the process exists and is still the one that the note was written for. */
gboolean vz_holder_is_alive (const VzHolder *self);
/* Whether it does not; also FALSE if the note does not tell. Others may have inherited the lock. */
gboolean vz_holder_is_gone (const VzHolder *self);
/* Whether the lock is held; the holder stays NULL if no living one is known. */
typedef gboolean (*VzHolderLook) (const char *where, VzHolder **ret_holder);
/* Waits while the lock at @where is held by no living process, for at most two seconds. FALSE if a
 * process holds it and is not about to lose it; *@ret_holder is what is known about that
 * process. */
gboolean vz_holder_wait_for_ending (VzHolderLook look, const char *where, VzHolder **ret_holder);
/* The same, then takes the lock with its descriptor @fd. FALSE with errno, EAGAIN if it is held. */
gboolean vz_holder_take_lock (int fd, VzHolderLook look, const char *where, VzHolder **ret_holder);
/* "process 1234 (run)", "process 1234 (qemu-system-x86_64, run)", or "another process" for NULL. */
char *vz_holder_to_text (const VzHolder *self);

/* Writes a note that names only the process and its purpose. */
gboolean vz_holder_write (int fd, int pid, const char *purpose);
gboolean vz_holder_read (int fd, int *ret_pid, char **ret_purpose);
/* vz_holder_to_text() of what is in @fd. */
char *vz_holder_describe (int fd);

G_END_DECLS
