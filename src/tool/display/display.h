/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/machine/machine-action.h"

G_BEGIN_DECLS

typedef enum {
  DISPLAY_NONE,
  DISPLAY_GTK,
  DISPLAY_VNC,
  DISPLAY_WEB,
} DisplayKind;

typedef struct {
  DisplayKind kind;
  char *address; /* of vnc=ADDR: host without brackets; NULL: unspecified */
  guint port; /* 0: any */
} DisplayRequest;

/* "gtk", "web", "vnc", "vnc=HOST:PORT", "vnc=PORT"; INVALID_ARGUMENT otherwise. */
gboolean display_parse (const char *text, DisplayRequest *request, GError **error);
void display_request_clear (DisplayRequest *request);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (DisplayRequest, display_request_clear)

/* A screen being shown. */
typedef struct _Display Display;

/* Called when the user wants to close the screen's window, which stays until display_close(). */
typedef void (*DisplayClosed) (gpointer data);

/* A page or window can be opened before the machine runs and then show its start; VNC needs it
 * running. @request and @action are borrowed. Prints how to reach the screen. */
Display *display_open (const DisplayRequest *request, MachineAction *action, GError **error);
/* To be called once the machine runs. */
void display_follow (Display *self, DisplayClosed closed, gpointer data);
void display_close (Display *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Display, display_close)

G_END_DECLS
