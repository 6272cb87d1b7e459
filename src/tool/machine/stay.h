/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/machine/machine-action.h"

G_BEGIN_DECLS

/* What to do with a machine whose owner is told to end: by a signal, or because its window was
 * closed. */
typedef enum {
  ON_CLOSE_SAVE,
  ON_CLOSE_STOP,
  ON_CLOSE_DETACH,
} OnClose;

/* "save", "stop" or "detach"; INVALID_ARGUMENT otherwise. */
gboolean on_close_parse (const char *text, OnClose *ret_on_close, GError **error);

/* Stays with a machine until it ends or is left. */
typedef struct _Stay Stay;

/* @action: borrowed. @name: for hints, see running_dup_hint_name(). */
Stay *stay_new (MachineAction *action, OnClose on_close, const char *name);
void stay_free (Stay *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Stay, stay_free)

/* Acts like a first SIGTERM; @data is a Stay. */
void stay_close (gpointer data);
/* TRUE if the machine ended normally or was left; otherwise why it died. */
gboolean stay_run (Stay *self, GError **error);

G_END_DECLS
