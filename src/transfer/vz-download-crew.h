/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "transfer/vz-download-transfer.h"

G_BEGIN_DECLS

/* The connections of a download: fetches everything that is still missing. */
gboolean vz_download_crew_run (VzDownloadShared *shared, VzProgress *progress,
                               GCancellable *cancellable, GError **error);

G_END_DECLS
