/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/display/display.h"

G_BEGIN_DECLS

/* Runs an installer from its CD image, on a screen that is shown for as long. */
typedef struct {
  gboolean headless; /* no screen is shown */
  DisplayRequest display;
} InstallIso;

void install_iso_clear (InstallIso *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (InstallIso, install_iso_clear)

/* Takes the options --display (NULL: a page) and --headless. */
gboolean install_iso_parse (InstallIso *self, const char *display, gboolean headless,
                            GError **error);

/* From a claimed bundle to one in its place. */
gboolean install_iso_run (InstallIso *self, VzTool *tool, VzBundleInstaller *installer,
                          GError **error);

G_END_DECLS
