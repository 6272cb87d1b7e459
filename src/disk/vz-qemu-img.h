/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-error.h"
#include "foundation/vz-progress.h"

G_BEGIN_DECLS

#define VZ_QEMU_IMG_PACKAGE "qemu-utils"

/* The output of `qemu-img convert -p`: its progress, and finally what went wrong. */
typedef struct {
  VzProgress *progress; /* nullable */
  guint64 units; /* of the progress, in total */
  char *said; /* owned: the last line that is not a number */
} VzQemuImgWork;

void vz_qemu_img_work_clear (VzQemuImgWork *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VzQemuImgWork, vz_qemu_img_work_clear)

/* A VzRunLine; @user_data is a VzQemuImgWork. */
void vz_qemu_img_take_line (const char *line, gpointer user_data);

/* The error if it ended with @status, of wait(). @code: for a failure that is neither a full disk
 * nor a missing program. */
gboolean vz_qemu_img_judge (int status, const VzQemuImgWork *work, VzError code, const char *what,
                            GError **error);

G_END_DECLS
