/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-error.h"
#include "foundation/vz-progress.h"

G_BEGIN_DECLS

#define VZ_QEMU_IMG_PACKAGE "qemu-utils"

/* What `qemu-img convert -p` says while it works: how far it is, and at last what went wrong. */
typedef struct {
  VzProgress *progress; /* nullable */
  guint64 units; /* of the progress, for the whole */
  char *said; /* owned: the last line that is no number */
} VzQemuImgWork;

void vz_qemu_img_work_clear (VzQemuImgWork *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VzQemuImgWork, vz_qemu_img_work_clear)

/* A VzRunLine; @user_data is a VzQemuImgWork. */
void vz_qemu_img_take_line (const char *line, gpointer user_data);

/* What to say when it ended with @status, of wait(). @code: of a failure that is neither a full
 * disk nor a missing program. */
gboolean vz_qemu_img_judge (int status, const VzQemuImgWork *work, VzError code, const char *what,
                            GError **error);

G_END_DECLS
