/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/manifest/vz-build-manifest.h"
#include "image/zip/vz-image-container.h"

G_BEGIN_DECLS

/* Records in the components of a newly read manifest what the container has of them: whether each
 * exists, and its sizes. Returns the bytes of all members as unpacked by unzip, without Finder's
 * junk: the same rule for images of both systems, since what is packed inside members differs. */
guint64 vz_image_contents_measure (VzImageContainer *container, VzBuildManifest *manifest);

G_END_DECLS
