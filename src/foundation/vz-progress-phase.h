/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

/**
 * VzProgressPhase:
 * @VZ_PROGRESS_PHASE_NONE: not stated
 * @VZ_PROGRESS_PHASE_CHECK: installing: the image, the disk and the settings are checked
 * @VZ_PROGRESS_PHASE_RESTORE: installing: the image is restored to the disk
 * @VZ_PROGRESS_PHASE_BOOT: installing: the guest boots for the first time
 * @VZ_PROGRESS_PHASE_SETTINGS: installing: the guest applies its settings
 * @VZ_PROGRESS_PHASE_SHUTDOWN: installing: the guest shuts down
 * @VZ_PROGRESS_PHASE_ARCHIVE: composing: the archive's release files are fetched
 * @VZ_PROGRESS_PHASE_UPDATE: composing: the archive's lists of packages are fetched
 * @VZ_PROGRESS_PHASE_DOWNLOAD: composing: packages are fetched
 * @VZ_PROGRESS_PHASE_UNPACK: composing: packages are unpacked
 * @VZ_PROGRESS_PHASE_CONFIGURE: composing: packages are configured
 * @VZ_PROGRESS_PHASE_PACK: composing: file systems are made
 * @VZ_PROGRESS_PHASE_COMPRESS: composing: the image is written
 * @VZ_PROGRESS_PHASE_FETCHING: a file is downloaded
 * @VZ_PROGRESS_PHASE_RESUMING: an interrupted download is continued
 * @VZ_PROGRESS_PHASE_WAITING: another process is downloading the same file
 * @VZ_PROGRESS_PHASE_VERIFYING: digests and checksums are computed
 * @VZ_PROGRESS_PHASE_CHECKING: a backup is checked before it is restored
 * @VZ_PROGRESS_PHASE_WRITING: a file is written
 * @VZ_PROGRESS_PHASE_COPYING: a disk, a machine or files are copied
 * @VZ_PROGRESS_PHASE_SAVING: the state of a machine is saved
 * @VZ_PROGRESS_PHASE_RESTORING: a saved state or a backup is restored
 * @VZ_PROGRESS_PHASE_EXTRACTING: files are extracted from an image
 *
 * What a long operation is doing at the moment. The nicks are the values of `phase` in the output
 * of `vz --json`. Not in Apple's framework.
 *
 * Since: 0.1
 */
typedef enum {
  VZ_PROGRESS_PHASE_NONE = 0,
  VZ_PROGRESS_PHASE_CHECK = 1,
  VZ_PROGRESS_PHASE_RESTORE = 2,
  VZ_PROGRESS_PHASE_BOOT = 3,
  VZ_PROGRESS_PHASE_SETTINGS = 4,
  VZ_PROGRESS_PHASE_SHUTDOWN = 5,
  VZ_PROGRESS_PHASE_ARCHIVE = 6,
  VZ_PROGRESS_PHASE_UPDATE = 7,
  VZ_PROGRESS_PHASE_DOWNLOAD = 8,
  VZ_PROGRESS_PHASE_UNPACK = 9,
  VZ_PROGRESS_PHASE_CONFIGURE = 10,
  VZ_PROGRESS_PHASE_PACK = 11,
  VZ_PROGRESS_PHASE_COMPRESS = 12,
  VZ_PROGRESS_PHASE_FETCHING = 13,
  VZ_PROGRESS_PHASE_RESUMING = 14,
  VZ_PROGRESS_PHASE_WAITING = 15,
  VZ_PROGRESS_PHASE_VERIFYING = 16,
  VZ_PROGRESS_PHASE_CHECKING = 17,
  VZ_PROGRESS_PHASE_WRITING = 18,
  VZ_PROGRESS_PHASE_COPYING = 19,
  VZ_PROGRESS_PHASE_SAVING = 20,
  VZ_PROGRESS_PHASE_RESTORING = 21,
  VZ_PROGRESS_PHASE_EXTRACTING = 22,
} VzProgressPhase;

G_END_DECLS
