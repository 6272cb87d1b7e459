/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/display/display.h"

G_BEGIN_DECLS

/* Runs an installer from its CD image, showing its screen meanwhile. */
typedef struct {
  gboolean headless; /* no screen is shown */
  DisplayRequest display;
} InstallIso;

void install_iso_clear (InstallIso *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (InstallIso, install_iso_clear)

/* Reads the options --display (NULL: a page) and --headless. */
gboolean install_iso_parse (InstallIso *self, const char *display, gboolean headless,
                            GError **error);

/* From a claimed bundle to a finished one. */
gboolean install_iso_run (InstallIso *self, VzTool *tool, VzBundleInstaller *installer,
                          GError **error);

G_END_DECLS
