/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/install/install-plan.h"

G_BEGIN_DECLS

/* One `vz install`, checked and about to be done. */
typedef struct {
  char *path; /* owned: where the bundle will be */
  VzRestoreImage *image; /* owned; not a local file when none was given */
  VzGuestSettings *settings; /* owned */
  InstallWish wish;
  gboolean keep_image;
  const char *const *publish; /* borrowed texts of --publish, may be NULL */
  VzProgress *progress; /* owned: of all that takes long */
  VzBundle *bundle; /* owned: under construction, once claimed */
  gboolean resumed; /* the bundle has the restored disk of an interrupted install */
} InstallJob;

void install_job_clear (InstallJob *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (InstallJob, install_job_clear)

/* Does all that takes long, and leaves the whole bundle at its place or nothing. */
gboolean install_job_run (InstallJob *self, VzTool *tool, GError **error);

G_END_DECLS
